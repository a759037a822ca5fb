import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { EMPTY_BOOKS, LIMITS, parseBatch, type ApiEvent, type Batch, type ParsedBatch } from '@wayside/protocol'
import { createApiEvent } from '../../../testing/src/api-event.ts'
import { freezeBatch, freezeBatchSync, splitFrozen, type FrozenBatch } from './frozen-batch.ts'

test('a batch freezes to what a server reads, whether in slices or at once', async () => {
  const batch = batchOf(eventsFrom(7, 80))
  const frozen = await freezeBatch(batch)
  expect(frozen).toMatchObject({ id: `${PRODUCER}:7:80`, gzipped: true })
  expect(read(frozen)).toEqual({ ...batch, rejected: [] })
  const atOnce = freezeBatchSync(batch)
  expect(atOnce).toMatchObject({ id: frozen.id, gzipped: false })
  expect(read(atOnce)).toEqual({ ...batch, rejected: [] })
})

test('a compressed body occupies its own size and no more', async () => {
  const { body } = await freezeBatch(batchOf(eventsFrom(0, 500)))
  expect(body.buffer.byteLength).toBe(body.byteLength)
})

test('a large batch gives way many times, and no slice between does much', async () => {
  // Each look at the clock takes 0.1 ms, and there is one after each step.
  let nowMs = 0
  let turns = 0
  const pace = { monotonicMs: () => (nowMs += 0.1), giveWay: () => Promise.resolve(turns++) }
  const frozen = await freezeBatch(batchOf(eventsFrom(0, LIMITS.batchEvents)), pace)
  expect(read(frozen).events).toHaveLength(LIMITS.batchEvents)
  expect(turns).toBeGreaterThan(10)
})

test('halves are batches of their own', async () => {
  const batch = batchOf(eventsFrom(3, 101))
  const [first, second] = await splitFrozen(await freezeBatch(batch))
  expect([first.id, second.id]).toEqual([`${PRODUCER}:3:50`, `${PRODUCER}:53:51`])
  expect([...read(first).events, ...read(second).events]).toEqual(batch.events)
})

const PRODUCER = '0123456789abcdef0123456789abcdef'

function batchOf(events: readonly ApiEvent[]): Batch {
  const head = { producerId: PRODUCER, privacyLevel: 0, sdk: 's', framework: 'f', environment: null, service: null, serviceVersion: null, instance: null, books: EMPTY_BOOKS } as const
  return { head, events, stacks: [], droppedSeqs: [], shed: [] }
}

function eventsFrom(firstSeq: number, count: number): ApiEvent[] {
  return Array.from({ length: count }, (_, at) => createApiEvent({ seq: firstSeq + at, path: `/users/${at}`, durationUs: at * 37 }))
}

function read({ body, gzipped }: FrozenBatch): ParsedBatch {
  const parsed = parseBatch(JSON.parse((gzipped ? gunzipSync(body) : Buffer.from(body)).toString()))
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.batch
}
