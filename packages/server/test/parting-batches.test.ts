import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvents } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'

/** Sends a batch as a process does that exits: it closes the socket in the turn in which it wrote. */
async function part(server: TestServer, key: string, events: number): Promise<void> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  await once(socket, 'connect')
  const body = JSON.stringify(sampleBatch(sampleEvents(events)))
  socket.write(`POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  socket.destroy()
}

test.each([1, 100])('row 22: a batch of %d whose sender is gone before it is answered is stored, though its key is seen for the first time', async (events) => {
  const server = await startTestServer()
  const read = await server.key('read')

  await part(server, await server.key('ingest'), events)

  await vi.waitFor(async () => {
    await server.drain()
    const { requests } = (await (await server.get('/api/v1/requests?limit=200', read)).json()) as { readonly requests: readonly unknown[] }
    expect(requests).toHaveLength(events)
  }, { timeout: 10_000, interval: 100 })
})
