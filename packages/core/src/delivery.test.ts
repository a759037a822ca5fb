import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createDelivery, type DeliveryOptions } from './delivery.ts'
import { createQueue } from './queue.ts'
import type { SendResult } from './send-result.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const ACKED: SendResult = { kind: 'acked', rejected: [], afterMs: 0 }
const RETRY: SendResult = { kind: 'retry', afterMs: 0, reason: 'down' }

test('less than a full batch goes after the interval, varied by 20 %', async () => {
  const { push, batches } = start({ random: () => 0 })
  push(3)
  await vi.advanceTimersByTimeAsync(799)
  expect(batches).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(batches).toEqual([[0, 1, 2]])
})

test('a full batch goes at once, the rest after the interval', async () => {
  const { push, batches } = start({ batchItems: 4 })
  push(6)
  await vi.advanceTimersByTimeAsync(0)
  expect(batches).toEqual([[0, 1, 2, 3]])
  await vi.advanceTimersByTimeAsync(1_200)
  expect(batches).toEqual([[0, 1, 2, 3], [4, 5]])
})

test('at most two batches are under way', async () => {
  const { push, batches } = start({ batchItems: 1, send: () => new Promise(() => undefined) })
  push(5)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(batches).toEqual([[0], [1]])
})

test('a failed batch is sent again as the same bytes, after a wait of full jitter that doubles', async () => {
  const waits: number[] = []
  let last = 0
  const results = [RETRY, RETRY, RETRY, RETRY, ACKED]
  const { push, batches, frozen, delivered } = start({
    random: () => 0.999_999,
    send: () => {
      waits.push(performance.now() - last)
      last = performance.now()
      return Promise.resolve(results.shift() ?? ACKED)
    },
  })
  push(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(waits.slice(1)).toEqual([500, 1_000, 2_000, 4_000])
  expect(batches).toHaveLength(5)
  expect(frozen()).toBe(1)
  expect(delivered()).toBe(1)
})

test('what the server asks for is the least wait, for a flush too', async () => {
  const { push, batches, flush } = start({ random: () => 0, send: first({ kind: 'retry', afterMs: 5_000, reason: 'busy' }) })
  push(1)
  await vi.advanceTimersByTimeAsync(1_000)
  void flush(60_000)
  await vi.advanceTimersByTimeAsync(4_700)
  expect(batches).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(400)
  expect(batches).toHaveLength(2)
})

test('a flush does not wait for the backoff', async () => {
  const { push, flush, delivered } = start({ random: () => 1, send: first(RETRY) })
  push(1)
  await vi.advanceTimersByTimeAsync(1_300)
  const result = flush(2_000)
  await vi.advanceTimersByTimeAsync(1)
  expect(await result).toEqual({ delivered: 1, pending: 0, dropped: 0 })
  expect(delivered()).toBe(1)
})

test('a refused key keeps the data and is tried again after a minute', async () => {
  const { push, batches, dropped, delivered } = start({ send: first({ kind: 'refused_access', afterMs: 0, reason: 'status 401' }) })
  push(2)
  await vi.advanceTimersByTimeAsync(59_000)
  expect(batches).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(delivered()).toBe(2)
  expect(dropped()).toEqual({})
})

test('a refused batch is dropped as rejected, and rejected events of an accepted one', async () => {
  const results: SendResult[] = [{ kind: 'refused_batch', reason: 'status 422' }, { kind: 'acked', rejected: [1], afterMs: 0 }]
  const { push, dropped, delivered } = start({ batchItems: 3, send: () => Promise.resolve(results.shift() ?? ACKED) })
  push(6)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(dropped()).toEqual({ rejected: 4 })
  expect(delivered()).toBe(2)
})

test('a batch that is too large is halved until single events remain', async () => {
  const { push, batches, dropped, delivered } = start({
    send: (items) => Promise.resolve(items.includes(2) ? { kind: 'too_large' } : ACKED),
  })
  push(4)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(batches).toEqual([[0, 1, 2, 3], [0, 1], [2, 3], [2], [3]])
  expect(dropped()).toEqual({ too_large: 1 })
  expect(delivered()).toBe(3)
})

test('what cannot be delivered in ten minutes is dropped as expired', async () => {
  const { push, dropped } = start({ send: () => Promise.resolve(RETRY) })
  push(1)
  await vi.advanceTimersByTimeAsync(599_000)
  expect(dropped()).toEqual({})
  await vi.advanceTimersByTimeAsync(35_000)
  expect(dropped()).toEqual({ expired: 1 })
})

test('a batch that cannot be encoded is dropped and named', async () => {
  const problems: string[] = []
  const { push, dropped } = start({
    freeze: () => Promise.reject(new Error('cyclic')),
    onProblem: (kind, reason) => void problems.push(`${kind}: ${reason}`),
  })
  push(2)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(dropped()).toEqual({ serialize_error: 2 })
  expect(problems).toEqual(['serialize_error: cyclic'])
})

test('a flush tells what is left when its time is over, and stop drops it', async () => {
  const { push, flush, stop, dropped } = start({ batchItems: 2, send: () => new Promise(() => undefined) })
  push(7)
  const result = flush(2_000)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await result).toEqual({ delivered: 0, pending: 7, dropped: 0 })
  stop()
  expect(dropped()).toEqual({ shutdown_timeout: 7 })
  expect(vi.getTimerCount()).toBe(0)
})

test('a flush of nothing is over at once', async () => {
  const { flush } = start({})
  expect(await flush(2_000)).toEqual({ delivered: 0, pending: 0, dropped: 0 })
  expect(vi.getTimerCount()).toBe(0)
})

test('an overflow counts for a flush that waits', async () => {
  const { push, flush, dropped } = start({ maxItems: 3, batchItems: 1, send: () => new Promise(() => undefined) })
  push(2)
  await vi.advanceTimersByTimeAsync(0)
  push(3)
  const result = flush(1_000)
  push(2)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await result).toEqual({ delivered: 0, pending: 3, dropped: 2 })
  expect(dropped()).toEqual({ queue_overflow: 2 })
})

type Overrides = Partial<Omit<DeliveryOptions<number, readonly number[]>, 'queue' | 'send'>> & {
  readonly send?: (items: readonly number[]) => Promise<SendResult>
  readonly maxItems?: number
}

function start({ send = () => Promise.resolve(ACKED), maxItems = 1_000, ...overrides }: Overrides) {
  const batches: (readonly number[])[] = []
  const drops: Record<string, number> = {}
  let deliveredItems = 0
  let frozenBatches = 0
  const queue = createQueue<number>({ maxItems, maxBytes: 1e9, sizeOf: () => 1, onOverflow: (entry) => delivery.overflowed(entry) })
  const delivery = createDelivery<number, readonly number[]>({
    queue,
    batchItems: 100,
    flushIntervalMs: 1_000,
    freeze: (items) => {
      frozenBatches++
      return Promise.resolve(items)
    },
    send: (items) => {
      batches.push(items)
      return send(items)
    },
    onDelivered: (items) => void (deliveredItems += items),
    onDropped: (reason, items) => void (items > 0 && (drops[reason] = (drops[reason] ?? 0) + items)),
    onProblem: () => undefined,
    monotonicMs: () => performance.now(),
    random: () => 0.5,
    ...overrides,
  })
  let next = 0
  return {
    batches,
    push: (count: number) => {
      for (let at = 0; at < count; at++) {
        queue.push(next++, performance.now())
        delivery.pushed()
      }
    },
    flush: delivery.flush,
    stop: delivery.stop,
    dropped: () => drops,
    delivered: () => deliveredItems,
    frozen: () => frozenBatches,
  }
}

/** Answers the first attempt so, all later ones with an acknowledgement. */
function first(result: SendResult): () => Promise<SendResult> {
  let asked = 0
  return () => Promise.resolve(asked++ === 0 ? result : ACKED)
}
