import { expect, test, vi } from 'vitest'
import { openRegistry } from '../registry/open-registry.ts'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer } from '../testing/start-test-server.ts'

test('what a stopped server had begun to remove is gone after the next start', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  await server.post('/api/v1/events', JSON.stringify(sampleBatch([sampleEvent({ time: Date.now() })])), {
    authorization: `Bearer ${key}`,
  })

  await server.post('/api/delete', '', { 'x-auth-token': key })
  const pending = await retiredOf(server.dataDir)
  await server.stop()
  const again = await startTestServer({ data: server.dataDir })

  expect(pending).toHaveLength(1)
  await vi.waitFor(async () => expect(await retiredOf(again.dataDir)).toEqual([]))
})

async function retiredOf(dataDir: string): Promise<readonly number[]> {
  const registry = await openRegistry({ data: dataDir })
  const retired = await registry.retiredProjects()
  await registry.close()
  return retired
}
