import { EMPTY_BOOKS, encodeBatch } from '@wayside/protocol'
import { expect, test, vi } from 'vitest'
import { sampleDelivery, sampleEvent } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'
import { scanFiles, scanTables } from './scan-data-folder.ts'

const PATIENCE = { timeout: 20_000, interval: 100 }

/** One goes, the other shows that the scan finds what is there. */
const [GONE, KEPT] = ['planted-user-ada-7f3c', 'planted-user-bob-91d2']

test('no table or file of the data folder holds a consumer that was removed, and a batch that is sent again does not bring it back', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const bearer = { authorization: `Bearer ${key}` }
  for (const userId of [GONE, KEPT]) await send(server, bearer, userId)
  // Files of days and a snapshot, with both.
  await server.drain()
  await fetch(`${server.url}/api/v1/project/data`, { method: 'DELETE', headers: { authorization: `Bearer ${await server.key('combined', 'other')}` } })

  const asked = await server.post('/api/v1/erasures', JSON.stringify({ kind: 'user', consumer: GONE }), { ...bearer, 'content-type': 'application/json' })
  expect(asked.status).toBe(202)
  expect(await usersOf(server, key)).toEqual([KEPT])
  await vi.waitFor(async () => expect(await (await server.get('/api/v1/erasures', key)).json()).toMatchObject({ erasures: [{ events: 1, doneAt: expect.any(Number) }] }), PATIENCE)

  await send(server, bearer, GONE)
  await server.drain()
  expect(await usersOf(server, key)).toEqual([KEPT])
  // The job knows the name for a day, for what may still come.
  const isOther = (where: string) => !/\/registry\.sqlite(?:-wal)?$/.test(where)
  await vi.waitFor(() => expect(scanFiles(server.dataDir, [GONE]).filter(({ where }) => isOther(where))).toEqual([]), PATIENCE)
  await server.stop()
  const found = await scanTables(server.dataDir, [GONE, KEPT])
  expect(found.filter(({ text }) => text === GONE).map(({ where }) => where)).toEqual(['registry.sqlite: erasures'])
  expect(found.filter(({ text }) => text === KEPT).length).toBeGreaterThan(0)
})

test('no table holds an address that was removed, in whatever form it was asked for, nor what came from it as a user', async () => {
  const server = await startTestServer()
  const key = await server.key('combined')
  const bearer = { authorization: `Bearer ${key}` }
  const [address, other] = ['198.51.100.77', '198.51.100.78']
  await send(server, bearer, GONE, address)
  await send(server, bearer, KEPT, other)
  await server.drain()

  expect((await server.post('/api/v1/erasures', JSON.stringify({ kind: 'ip', consumer: `::ffff:${address}` }), { ...bearer, 'content-type': 'application/json' })).status).toBe(202)
  expect(await usersOf(server, key)).toEqual([KEPT])
  await vi.waitFor(async () => expect(await (await server.get('/api/v1/erasures', key)).json()).toMatchObject({ erasures: [{ consumer: address, events: 1, doneAt: expect.any(Number) }] }), PATIENCE)
  await server.stop()
  const found = await scanTables(server.dataDir, [address, other, GONE])
  expect(found.filter(({ text }) => text !== other).map(({ text, where }) => [text, where])).toEqual([[address, 'registry.sqlite: erasures']])
  expect(found.filter(({ text }) => text === other).length).toBeGreaterThan(0)
})

/** Each user by a producer of its own, the same batch every time. */
async function send(server: TestServer, headers: Record<string, string>, userId: string, ip = '203.0.113.9'): Promise<void> {
  const { head } = sampleDelivery()
  const producerId = (userId === GONE ? 'a' : 'b').repeat(32)
  const wire = encodeBatch({ head: { ...head, producerId, privacyLevel: 0, books: { ...EMPTY_BOOKS, captured: 1 } }, events: [sampleEvent({ userId, ip, time: Date.now() - 1_000 })], stacks: [], droppedSeqs: [], shed: [] })
  const post = async () => (await server.post('/api/v1/events', JSON.stringify(wire), { ...headers, 'content-type': 'application/json' })).status
  // A busy server says 503 and is asked again, as apps do.
  await vi.waitFor(async () => expect(await post()).toBe(200), PATIENCE)
}

async function usersOf(server: TestServer, key: string): Promise<readonly unknown[]> {
  const { requests } = (await (await server.get('/api/v1/requests', key)).json()) as { readonly requests: readonly { readonly userId: unknown }[] }
  return requests.map(({ userId }) => userId)
}
