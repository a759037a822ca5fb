import { expect, test, vi } from 'vitest'
import { openRegistry } from '../registry/open-registry.ts'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer } from '../testing/start-test-server.ts'

test('what a stopped server had begun to remove is gone after the next start', async () => {
  const server = await startTestServer()
  const key = server.key('combined')
  await server.post('/api/v1/events', JSON.stringify(sampleBatch([sampleEvent({ time: Date.now() })])), {
    authorization: `Bearer ${key}`,
  })

  await server.post('/api/delete', '', { 'x-auth-token': key })
  const pending = retiredOf(server.dataDir)
  await server.stop()
  const again = await startTestServer({ data: server.dataDir })

  expect(pending).toHaveLength(1)
  await vi.waitFor(() => expect(retiredOf(again.dataDir)).toEqual([]))
})

function retiredOf(dataDir: string): readonly number[] {
  const registry = openRegistry(dataDir)
  const retired = registry.retiredProjects()
  registry.close()
  return retired
}
