import { expect, test } from 'vitest'
import { ACKED, openGroup } from './group.ts'
import { closedUrl, startServer } from './server.ts'
import { startSynBlackHole } from './syn-black-hole.ts'

/** Milliseconds that something takes. */
async function timed<Value>(work: Promise<Value>): Promise<{ readonly value: Value; readonly ms: number }> {
  const startMs = performance.now()
  return { value: await work, ms: performance.now() - startMs }
}

test('row 2: an attempt at a receiver that takes the request and never answers ends by its time', async () => {
  const a = await startServer('silence')
  const { value, ms } = await timed(openGroup({ serverUrl: a.url, requestTimeoutMs: 500 }).send(1))
  expect(value).toEqual({ kind: 'retry', afterMs: 0, reason: 'no answer within 400 ms' })
  expect(ms).toBeLessThan(1_500)
})

test('row 3: a SYN black hole costs the 3 s of a connection, then the next receiver gets the batch', async () => {
  const blackHole = await startSynBlackHole()
  const b = await startServer()
  const group = openGroup({ receivers: `${blackHole} | ${b.url}` })
  const { value, ms } = await timed(group.send(1))
  expect(value).toEqual(ACKED)
  expect(ms).toBeGreaterThan(2_900)
  expect(ms).toBeLessThan(4_000)
  expect(group.troubles).toEqual([`Wayside sends to ${b.url}/ because of ${blackHole}/: no connection within 3000 ms`])
  expect(b.requests[0]?.headers['x-wayside-ambiguous']).toBeUndefined()
  // While it cools down nobody waits for it.
  expect((await timed(group.send(2))).ms).toBeLessThan(1_000)
})

test('row 19: a dead receiver is followed by the next one in the same send, and by all that are left', async () => {
  const b = await startServer(503)
  const c = await startServer()
  const group = openGroup({ receivers: `${await closedUrl()} | ${b.url} | ${c.url}` })
  const { value, ms } = await timed(group.send(1))
  expect(value).toEqual(ACKED)
  expect(ms).toBeLessThan(11_000)
  expect([b.requests.length, c.stored]).toEqual([1, ['producer:1:1']])
})

test.each([401, 403, 404, 302, 429, 503, 507])('row 19: status %i says that the batch was not taken: the next receiver gets it at once', async (status) => {
  const a = await startServer(status)
  const b = await startServer()
  expect(await openGroup({ receivers: `${a.url} | ${b.url}` }).send(1)).toEqual(ACKED)
  expect(b.requests[0]?.headers['x-wayside-ambiguous']).toBeUndefined()
})

test.each([400, 413, 422])('row 19: status %i is about the batch: no other receiver is asked', async (status) => {
  const a = await startServer(status)
  const b = await startServer()
  expect((await openGroup({ receivers: `${a.url} | ${b.url}` }).send(1)).kind).toBe(status === 413 ? 'too_large' : 'refused_batch')
  expect(b.requests).toEqual([])
})

test('row 19: with all receivers dead it is to be tried again, and all are named', async () => {
  const [a, b] = [await closedUrl(), await closedUrl()]
  const result = await openGroup({ receivers: `${a} | ${b}` }).send(1)
  expect(result).toMatchObject({ kind: 'retry', afterMs: 0 })
  expect('reason' in result && result.reason).toMatch(new RegExp(`^${a}/: .*ECONNREFUSED.*; ${b}/: .*ECONNREFUSED`))
})

test('row 19: a key that all receivers refuse is a refused key', async () => {
  const [a, b] = [await startServer(401), await startServer(403)]
  expect(await openGroup({ receivers: `${a.url} | ${b.url}` }).send(1)).toMatchObject({ kind: 'refused_access' })
})

test('row 19: all receivers that ask for patience get it; the shortest time counts', async () => {
  const [a, b] = [await startServer((response) => response.writeHead(503, { 'retry-after': '20' }).end()), await startServer((response) => response.writeHead(429, { 'retry-after': '7' }).end())]
  let nowMs = 0
  const group = openGroup({ receivers: `${a.url} | ${b.url}` }, { monotonicMs: () => nowMs })
  expect(await group.send(1)).toMatchObject({ kind: 'retry', afterMs: 7_000 })
  nowMs += 6_000
  expect(await group.send(1)).toMatchObject({ kind: 'retry', afterMs: 1_000 })
  expect([a.requests.length, b.requests.length]).toEqual([1, 1])
  nowMs += 1_000
  b.answer('receipt')
  expect(await group.send(1)).toEqual(ACKED)
  expect([a.requests.length, b.requests.length]).toEqual([1, 2])
})

test('row 19: a primary that flaps gets its place back after three batches that it took one by one', async () => {
  const [a, b] = [await startServer(), await startServer()]
  let nowMs = 0
  const group = openGroup({ receivers: `${a.url} | ${b.url}` }, { monotonicMs: () => nowMs, random: () => 0.999 })
  await group.send(1)
  await a.stop()
  await group.send(2)
  await a.start()
  // It cools down: nobody asks whether it is back.
  await group.send(3)
  nowMs += 1_000
  // One batch at a time finds out; what comes meanwhile goes to the other.
  await Promise.all([group.send(4), group.send(5)])
  await group.send(6)
  await Promise.all([group.send(7), group.send(8)])
  // Now it is trusted with all again.
  await Promise.all([group.send(9), group.send(10)])
  const seqs = (stored: readonly string[]) => stored.map((id) => Number(id.split(':')[1])).toSorted((x, y) => x - y)
  expect(seqs(a.stored)).toEqual([1, 4, 6, 7, 9, 10])
  expect(seqs(b.stored)).toEqual([2, 3, 5, 8])
})

test('row 19: a receiver that hangs holds up its own batch only, and none for longer than one attempt', async () => {
  const [a, b] = [await startServer('silence'), await startServer()]
  const group = openGroup({ receivers: `${a.url} | ${b.url}`, requestTimeoutMs: 1_000 })
  const { value, ms } = await timed(group.send(1))
  expect(value.kind).toBe('retry')
  expect(ms).toBeLessThan(2_000)
  expect((await timed(group.send(2))).ms).toBeLessThan(500)
  expect(b.stored).toEqual(['producer:2:1'])
})

test('load balance shares batches among the receivers, and leaves out a dead one', async () => {
  const [a, b] = [await startServer(), await startServer()]
  const group = openGroup({ receivers: `${a.url}, ${b.url}` })
  for (let seq = 0; seq < 100; seq++) await group.send(seq)
  expect(a.stored.length + b.stored.length).toBe(100)
  // Half each; a quarter where a busy machine makes one look slow.
  expect(Math.min(a.stored.length, b.stored.length)).toBeGreaterThan(10)
  await a.stop()
  for (let seq = 100; seq < 120; seq++) expect(await group.send(seq)).toEqual(ACKED)
  expect(a.stored.length + b.stored.length).toBe(120)
})

test('row 4, 20: a batch that a receiver may hold stays with it for 60 s, across attempts, then goes on and says so', async () => {
  const [a, b] = [await startServer('reset'), await startServer()]
  let nowMs = 0
  const group = openGroup({ receivers: `${a.url} | ${b.url}` }, { monotonicMs: () => nowMs })
  expect((await group.send(1)).kind).toBe('retry')
  await a.stop()
  nowMs += 59_000
  expect((await group.send(1)).kind).toBe('retry')
  expect(b.requests).toEqual([])
  // Others do not wait for it.
  expect(await group.send(2)).toEqual(ACKED)
  nowMs += 1_000
  expect(await group.send(1)).toEqual(ACKED)
  expect(b.requests.map(({ headers }) => headers['x-wayside-ambiguous'])).toEqual([undefined, a.url])
})

test('row 20: near the end a batch no longer waits for a receiver that may hold it', async () => {
  const [a, b] = [await startServer('reset'), await startServer()]
  const group = openGroup({ receivers: `${a.url} | ${b.url}` })
  expect((await group.send(1)).kind).toBe('retry')
  group.release()
  expect(await group.send(1)).toEqual(ACKED)
  expect(await group.send(2)).toEqual(ACKED)
  expect(b.requests.map(({ headers }) => headers['x-wayside-ambiguous'])).toEqual([a.url, undefined])
})

test('row 20: a receiver that took the batch and lost its answer is asked again and no other', async () => {
  const [a, b] = [await startServer('reset'), await startServer()]
  const group = openGroup({ receivers: `${a.url} | ${b.url}` })
  await group.send(1)
  a.answer('receipt')
  expect(await group.send(1)).toEqual(ACKED)
  expect(a.requests.map(({ body }) => body)).toEqual(['{"seq":1}', '{"seq":1}'])
  expect(b.requests).toEqual([])
})

test.each([500, 502, 504, 408])('row 20: status %i leaves open whether the batch was taken', async (status) => {
  const [a, b] = [await startServer(status), await startServer()]
  const group = openGroup({ receivers: `${a.url} | ${b.url}` })
  expect((await group.send(1)).kind).toBe('retry')
  expect(b.requests).toEqual([])
})

test('a stopped send ends at once and blames nobody', async () => {
  const [a, b] = [await startServer('silence'), await startServer()]
  const stopping = new AbortController()
  const group = openGroup({ receivers: `${a.url} | ${b.url}` }, { signal: stopping.signal })
  const sending = timed(group.send(1))
  while (a.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
  stopping.abort(new Error('stopped'))
  expect((await sending).ms).toBeLessThan(5_000)
  expect([group.troubles, b.requests]).toEqual([[], []])
})
