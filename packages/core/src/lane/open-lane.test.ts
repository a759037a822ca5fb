import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { countSeqs, type DropReason } from '@wayside/protocol'
import type { SendResult } from '../send-result.ts'
import type { FrozenBatch } from './frozen-batch.ts'
import { ACKED, RETRY, fakeTime, startLane, type Send } from '../../test/lane.ts'

beforeEach(fakeTime)
afterEach(() => void vi.useRealTimers())

const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const nothing = { delivered: 0, spooled: 0, pending: 0, dropped: 0 }

describe('batches', () => {
  test('the first goes after 200 ms, later ones after the interval, varied by 20 %', async () => {
    const { capture, seqs } = startLane({ random: () => 0 })
    capture(1)
    await advance(159)
    expect(seqs()).toEqual([])
    await advance(1)
    expect(seqs()).toEqual([[0]])
    capture(2)
    await advance(799)
    expect(seqs()).toHaveLength(1)
    await advance(1)
    expect(seqs()).toEqual([[0], [1, 2]])
  })

  test('a full one goes at once, but not in the turn of the request; the rest after the interval', async () => {
    const { capture, seqs } = startLane({ batchEvents: 4 })
    capture(6)
    expect(seqs()).toEqual([])
    await advance(0)
    expect(seqs()).toEqual([[0, 1, 2, 3]])
    await advance(1_200)
    expect(seqs()).toEqual([[0, 1, 2, 3], [4, 5]])
  })

  test('half of a small queue is enough for one', async () => {
    const { capture, seqs } = startLane({ batchEvents: 100, maxQueueEvents: 10 })
    capture(5)
    await advance(0)
    expect(seqs()).toEqual([[0, 1, 2, 3, 4]])
  })

  test('two are under way at most', async () => {
    const { capture, seqs } = startLane({ batchEvents: 1, send: never })
    capture(5)
    await advance(5_000)
    expect(seqs()).toEqual([[0], [1]])
  })

  test('nothing waits, no timer is set', async () => {
    const { capture, lane } = startLane()
    expect(vi.getTimerCount()).toBe(0)
    capture(3)
    await advance(120_000)
    expect(lane.stats()).toMatchObject({ delivered: 3, pending: 0 })
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a failed batch', () => {
  test('goes again as the same bytes under the same id, after waits of full jitter that double', async () => {
    const { capture, attempts, lane } = startLane({ random: () => 0.999_999, send: (_, attempt) => (attempt <= 4 ? RETRY : ACKED) })
    capture(1)
    await advance(60_000)
    const waits = attempts.slice(1, 5).map(({ atMs }, at) => Math.round(atMs - (attempts[at]?.atMs ?? 0)))
    expect(waits).toEqual([500, 1_000, 2_000, 4_000])
    for (const { frozen } of attempts.slice(0, 5)) expect(frozen).toBe(attempts[0]?.frozen)
    expect(lane.stats()).toMatchObject({ delivered: 1, pending: 0 })
  })

  test('row 9: waits as long as the server asks for, for a flush too', async () => {
    const { capture, attempts, lane } = startLane({ random: () => 0, send: first({ kind: 'retry', afterMs: 5_000, reason: 'busy' }) })
    capture(1)
    await advance(1_000)
    void lane.flush(60_000)
    await advance(4_100)
    expect(attempts).toHaveLength(1)
    await advance(200)
    expect(attempts).toHaveLength(2)
  })

  test('does not keep a flush waiting for its backoff', async () => {
    const { capture, lane } = startLane({ random: () => 1, send: first(RETRY) })
    capture(1)
    await advance(300)
    const flushed = lane.flush(2_000)
    await advance(1)
    expect(await flushed).toEqual({ ...nothing, delivered: 1 })
  })

  test('is dropped as expired when it could not be delivered in ten minutes', async () => {
    const { capture, lane } = startLane({ send: () => RETRY })
    capture(1)
    await advance(599_000)
    expect(lane.stats().dropped).toEqual({})
    await advance(35_000)
    expect(lane.stats()).toMatchObject({ pending: 0, dropped: { expired: 1 } })
  })

  test('row 28: costs nothing when the process was stopped meanwhile: it goes again at once and opens no breaker', async () => {
    const stopped: Send = async (_, attempt) => {
      if (attempt > 6) return ACKED
      vi.setSystemTime(Date.now() + 60_000)
      return RETRY
    }
    const { capture, attempts, lane, problems } = startLane({ random: () => 1, send: stopped })
    capture(1)
    await advance(300)
    expect(attempts).toHaveLength(7)
    expect(lane.stats().delivered).toBe(1)
    expect(problems).toEqual([])
  })
})

describe('the breaker', () => {
  test('row 8: opens after five failures in a row; then one batch at a time sees whether the server is back, and all follow', async () => {
    let down = true
    let underWay = 0
    let most = 0
    const { capture, attempts, lane } = startLane({
      batchEvents: 1,
      random: () => 1,
      async send() {
        most = Math.max(most, ++underWay)
        await new Promise((resolve) => setTimeout(resolve, 10))
        underWay--
        return down ? RETRY : ACKED
      },
    })
    capture(20)
    await advance(100)
    expect(attempts).toHaveLength(6)
    expect(most).toBe(2)
    most = 0
    await advance(30_000)
    expect(most).toBe(1)
    // 0.5, 1, 2, 4, 8, 8 s: never more than one attempt in 8 s once it lasts.
    expect(attempts.slice(6).map(({ atMs }, at) => Math.round((atMs - (attempts[at + 5]?.atMs ?? 0)) / 100) / 10)).toEqual([1, 2, 4, 8, 8])
    down = false
    await advance(8_001)
    expect(lane.stats()).toMatchObject({ delivered: 20, pending: 0 })
  })

  test('does not let one batch that always fails hold up the others', async () => {
    const { capture, lane } = startLane({ batchEvents: 1, send: ({ events }) => (events[0]?.seq === 0 ? RETRY : ACKED) })
    capture(1)
    await advance(100_000)
    capture(10)
    await advance(10_000)
    expect(lane.stats()).toMatchObject({ delivered: 10, pending: 1 })
  })

  test('row 21: of 1,000 processes at once does not rush a server that is back', async () => {
    let seed = 1
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
    let down = true
    const seconds = new Map<number, number>()
    const clients = Array.from({ length: 1_000 }, () =>
      startLane({
        random,
        send() {
          if (down) return RETRY
          const second = Math.floor(performance.now() / 1_000)
          seconds.set(second, (seconds.get(second) ?? 0) + 1)
          return ACKED
        },
      }),
    )
    for (const { capture } of clients) capture(1)
    await advance(60_000)
    down = false
    await advance(10_000)
    // Each sends once a second when all is well.
    expect(Math.max(...seconds.values())).toBeLessThanOrEqual(2_000)
    expect(clients.reduce((sum, { lane }) => sum + lane.stats().delivered, 0)).toBe(1_000)
  })
})

describe('a server that answers no', () => {
  test('row 10: to the key keeps the data; it is asked once a minute, then less often, and gets all when it is fixed', async () => {
    let fixed = false
    const refused: SendResult = { kind: 'refused_access', afterMs: 0, reason: 'status 401' }
    const { capture, attempts, lane } = startLane({ batchEvents: 2, send: () => (fixed ? ACKED : refused) })
    capture(7)
    await advance(59_000)
    expect(attempts).toHaveLength(1)
    await advance(300_000)
    expect(attempts.slice(1).map(({ atMs }) => Math.round(atMs / 1_000))).toEqual([60, 180])
    capture(2)
    expect(lane.stats()).toMatchObject({ pending: 9, dropped: {} })
    fixed = true
    await advance(100_000)
    expect(lane.stats()).toMatchObject({ delivered: 9, pending: 0 })
  })

  test('row 10: to the key for ten minutes is the reason of the drop', async () => {
    const { capture, lane } = startLane({ send: () => ({ kind: 'refused_access', afterMs: 0, reason: 'status 401' }) })
    capture(2)
    await advance(700_000)
    expect(lane.stats()).toMatchObject({ pending: 0, dropped: { auth: 2 } })
  })

  test.each([0, 250, 499])('row 12: to a batch with one poisonous event loses event %i only, in log2 n requests', async (poison) => {
    const { capture, attempts, lane } = startLane({ batchEvents: 500, maxQueueEvents: 1_000, send: refuse((seq) => seq === poison) })
    capture(500)
    await advance(2_000)
    expect(lane.stats()).toMatchObject({ delivered: 499, pending: 0, dropped: { rejected: 1 } })
    expect(attempts.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(500)) + 1)
  })

  test('row 12: to everything is not asked about each event', async () => {
    const { capture, attempts, lane } = startLane({ batchEvents: 500, maxQueueEvents: 5_000, send: refuse(() => true) })
    capture(500)
    await advance(10)
    expect(attempts.length).toBeLessThan(50)
    for (let batch = 0; batch < 5; batch++) {
      capture(500)
      await advance(10)
    }
    expect(attempts.length).toBeLessThan(60)
    expect(lane.stats()).toMatchObject({ pending: 0, dropped: { rejected: 3_000 } })
  })

  test('row 12: to single events of a batch that it takes: they are dropped, and told by number', async () => {
    const { capture, attempts, lane } = startLane({ send: first({ kind: 'acked', rejected: [1, 3, 99], afterMs: 0 }) })
    capture(5)
    await advance(31_000)
    expect(lane.stats()).toMatchObject({ delivered: 3, pending: 0, dropped: { rejected: 2 } })
    expect(attempts[1]?.batch.droppedSeqs).toEqual([{ from: 1, to: 1 }, { from: 3, to: 3 }])
  })

  test('row 11: to the size gets halves, and an event too large for it is dropped alone', async () => {
    const { capture, seqs, lane } = startLane({ batchEvents: 4, send: ({ events }) => (events.some(({ seq }) => seq === 2) ? { kind: 'too_large' } : ACKED) })
    capture(4)
    await advance(2_000)
    expect(seqs()).toEqual([[0, 1, 2, 3], [0, 1], [2, 3], [2], [3]])
    expect(lane.stats()).toMatchObject({ delivered: 3, pending: 0, dropped: { too_large: 1 } })
  })

  test('near its limits is given the time that it asks for', async () => {
    const { capture, attempts } = startLane({ batchEvents: 1, send: () => ({ kind: 'acked', rejected: [], afterMs: 3_000 }) })
    capture(4)
    await advance(8_900)
    expect(attempts).toHaveLength(3)
    await advance(200)
    expect(attempts).toHaveLength(4)
  })
})

describe('a full queue', () => {
  test('promise: server down, more than fits: gives up successes before failures and slow answers, and each still counts by endpoint, once', async () => {
    let down = true
    const { capture, attempts, lane, problems } = startLane({ maxQueueEvents: 100, batchEvents: 500, maxQueueBytes: 45_000, send: () => (down ? RETRY : ACKED) })
    for (let at = 0; at < 60; at++) {
      capture(20)
      if (at % 3 === 0) capture(1, { status: 500, route: '/broken' })
      if (at % 3 === 0) capture(1, { durationUs: 2_000_000, route: '/slow' })
      await advance(10)
    }
    const { dropped, shed, pending } = lane.stats()
    expect(dropped.queue_overflow).toBeGreaterThan(100)
    expect(shed).toBe(dropped.queue_overflow)
    expect(pending + shed).toBe(1_240)
    expect(problems.filter((each) => each.startsWith('queue_overflow')).length).toBeGreaterThan(0)
    down = false
    await advance(40_000)
    const events = attempts.flatMap(({ batch }, at) => (isRepeated(attempts, at) ? [] : batch.events))
    const windows = attempts.flatMap(({ batch }, at) => (isRepeated(attempts, at) ? [] : batch.shed))
    expect(events.filter(({ status, route }) => status === 500 || route === '/slow')).toHaveLength(40)
    expect(windows.flatMap(({ rows }) => rows).every(({ status, route }) => status === 200 && route === '/users/:id')).toBe(true)
    expect(countSeqs(windows.flatMap(({ seqs }) => seqs)) + events.length).toBe(1_240)
    const seqs = [...events.map(({ seq }) => seq), ...windows.flatMap(({ seqs: ranges }) => ranges.flatMap(({ from, to }) => range(from, to)))]
    expect(new Set(seqs).size).toBe(1_240)
    expect(lane.stats()).toMatchObject({ pending: 0, delivered: 1_240 - shed })
    expect(attempts.at(-1)?.batch.head.books).toMatchObject({ captured: 1_240, shed, dropped: { queue_overflow: shed }, settledBefore: 1_240 })
  })

  test('has its bytes bounded, those of frozen batches included', async () => {
    const { capture, lane } = startLane({ maxQueueEvents: 100_000, batchEvents: 100, maxQueueBytes: 100_000, send: () => RETRY })
    for (let at = 0; at < 100; at++) {
      capture(100, { path: `/users/${'x'.repeat(100)}` })
      await advance(1)
    }
    const { pending, dropped } = lane.stats()
    expect(pending + (dropped.queue_overflow ?? 0)).toBe(10_000)
    expect(pending).toBeLessThan(5_000)
  })
})

describe('the books', () => {
  test('travel with each batch and are cumulative', async () => {
    const { capture, attempts } = startLane({ batchEvents: 2, send: refuse((seq) => seq === 0) })
    capture(2)
    await advance(100)
    capture(2)
    await advance(100)
    expect(attempts.at(-1)?.batch.head.books).toMatchObject({ captured: 4, dropped: { rejected: 1 }, settledBefore: 0, closed: false })
    expect(attempts.at(-1)?.batch.droppedSeqs).toEqual([{ from: 0, to: 0 }])
    await advance(31_000)
    expect(attempts.at(-1)?.batch).toMatchObject({ events: [], head: { books: { captured: 4, settledBefore: 4, oldestPendingAt: null } } })
  })

  test('are told every 30 s while they change, and not when they do not', async () => {
    const { capture, attempts } = startLane()
    capture(1)
    await advance(300_000)
    expect(attempts.map(({ batch, atMs }) => [batch.events.length, Math.round(atMs / 1_000)])).toEqual([[1, 0], [0, 30]])
  })

  test('are told by no request of their own where a batch tells them', async () => {
    const { capture, attempts } = startLane()
    capture(1)
    await advance(300_000)
    const before = attempts.length
    capture(1)
    await advance(20_000)
    expect(attempts.slice(before).map(({ batch }) => batch.events.length)).toEqual([1])
  })

  test('tell drops until a batch that told them has arrived', async () => {
    const { capture, attempts, lane, lose } = startLane({ send: (_, attempt) => (attempt <= 3 ? RETRY : ACKED) })
    lose()
    capture(2)
    await advance(100_000)
    expect(lane.stats()).toMatchObject({ delivered: 2, dropped: { internal_error: 1 } })
    expect(attempts[3]?.batch.droppedSeqs).toEqual([{ from: 0, to: 0 }])
    expect(attempts.at(-1)?.batch).toMatchObject({ droppedSeqs: [], head: { books: { settledBefore: 3 } } })
  })

  test('tell since when the oldest event waits that is not in the batch', async () => {
    const start = Date.now()
    const { capture, attempts } = startLane({ batchEvents: 2, send: ({ events }) => (events[0]?.seq === 0 ? RETRY : ACKED) })
    capture(2, { time: start - 5_000 })
    await advance(10)
    capture(2)
    await advance(10)
    const books = attempts.find(({ batch }) => batch.events[0]?.seq === 2)?.batch.head.books
    expect(books?.oldestPendingAt).toBe(start - 5_000)
    expect(attempts[0]?.batch.head.books.oldestPendingAt).toBeNull()
  })
})

describe('the end', () => {
  test('flushes, tells that the producer has ended, and leaves no timer', async () => {
    const { capture, attempts, lane } = startLane()
    capture(3)
    const flushed = lane.flush(2_000)
    await advance(0)
    expect(await flushed).toEqual({ ...nothing, delivered: 3 })
    const ended = lane.end(1_000)
    await advance(0)
    await ended
    expect(attempts.map(({ batch }) => [batch.events.length, batch.head.books.closed, batch.head.books.settledBefore])).toEqual([[3, false, 0], [0, true, 3]])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is told by the last batch, where there is one, and needs no request of its own', async () => {
    const { capture, attempts, lane } = startLane({ batchEvents: 2 })
    capture(3)
    const finished = lane.finish(2_000)
    await advance(0)
    expect(await finished).toEqual({ ...nothing, delivered: 3 })
    await lane.end(1_000)
    expect(attempts.map(({ batch }) => [batch.events.length, batch.head.books.closed])).toEqual([[2, false], [1, true]])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('of a lane that has seen nothing tells nobody', async () => {
    const { attempts, lane } = startLane()
    expect(await lane.flush(2_000)).toEqual(nothing)
    await lane.end(1_000)
    expect(attempts).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('drops what is left when the time is over', async () => {
    const { capture, lane } = startLane({ batchEvents: 2, send: never })
    capture(7)
    const flushed = lane.flush(2_000)
    await advance(2_000)
    expect(await flushed).toEqual({ ...nothing, pending: 7 })
    await lane.end(0)
    expect(lane.stats()).toMatchObject({ pending: 0, dropped: { shutdown_timeout: 7 } })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('does not wait for a server that does not take its last books', async () => {
    const { capture, lane } = startLane({ send: ({ head }) => (head.books.closed ? RETRY : ACKED) })
    capture(1)
    await advance(1_000)
    const ended = lane.end(10_000)
    await advance(0)
    await ended
    expect(vi.getTimerCount()).toBe(0)
  })

  test('without patience is over at the first failure', async () => {
    const { capture, lane } = startLane({ send: () => RETRY })
    capture(3)
    let over = false
    void lane.lastCall(1_000).then(() => (over = true))
    await advance(0)
    expect(over).toBe(true)
    expect(lane.stats()).toMatchObject({ pending: 3 })
  })

  test('row 23: of events that end while it lasts is counted', async () => {
    const { capture, lane } = startLane()
    await lane.end(0)
    capture(2)
    expect(lane.stats()).toMatchObject({ pending: 0, dropped: { shutdown_timeout: 2 } satisfies Partial<Record<DropReason, number>> })
  })
})

test.each([
  ['an hour back', -3_600_000],
  ['ten years ahead', 315_360_000_000],
])('row 33: a clock that jumps %s moves no timer and loses nothing', async (_, jumpMs) => {
  const { capture, attempts, lane } = startLane({ send: (batch, attempt) => (attempt === 1 ? RETRY : ACKED), random: () => 1 })
  capture(1)
  await advance(100)
  vi.setSystemTime(Date.now() + jumpMs)
  capture(1)
  await advance(2_000)
  expect(attempts.map(({ batch, atMs }) => [batch.events.length, Math.round(atMs / 10) * 10])).toEqual([[2, 240], [2, 740]])
  expect(lane.stats()).toMatchObject({ delivered: 2, pending: 0, dropped: {} })
})

test('row 33: a clock that tells nonsense loses nothing', async () => {
  const { capture, lane } = startLane({ clock: { now: () => Number.NaN, monotonicMs: () => performance.now() } })
  capture(3)
  await advance(2_000)
  expect(lane.stats()).toMatchObject({ delivered: 3, pending: 0, dropped: {} })
})

describe('at the exit of the process, without a spool', () => {
  test('what waits goes to connections that are open and idle, the oldest first, and the last batch says that it is the last', () => {
    const { capture, lane, parted } = startLane({ batchEvents: 100, idle: 3 })
    capture(150)
    lane.exit()
    expect(parted.map(({ events }) => events.map(({ seq }) => seq))).toEqual([range(0, 99), range(100, 149)])
    expect(parted.map(({ head }) => head.books.closed)).toEqual([false, true])
  })

  test('a batch that waits comes before what is queued; what finds no connection is left', async () => {
    const { capture, lane, parted } = startLane({ send: () => RETRY, idle: 1 })
    capture(2)
    await advance(300)
    capture(1)
    lane.exit()
    expect(parted.map(({ events }) => events.map(({ seq }) => seq))).toEqual([[0, 1]])
    lane.exit()
    expect(parted).toHaveLength(1)
  })

  test('drops go with the last batch, and where no event waits the server is told that this was all', async () => {
    const { capture, lose, lane, parted } = startLane({ idle: 1 })
    capture(1)
    await advance(300)
    lose()
    lane.exit()
    expect(parted).toMatchObject([{ events: [], droppedSeqs: [{ from: 1, to: 1 }], head: { books: { captured: 2, dropped: { internal_error: 1 }, closed: true } } }])
  })

  test('a producer that has captured nothing, or has said farewell, says nothing', async () => {
    const silent = startLane({ idle: 1 })
    silent.lane.exit()
    const done = startLane({ idle: 1 })
    done.capture(1)
    const last = done.lane.lastCall(1_000)
    await advance(1_000)
    await last
    done.lane.exit()
    expect([silent.parted, done.parted]).toEqual([[], []])
  })

  test('a large batch is compressed, so that the kernel takes it as a whole', () => {
    const sizes: (number | boolean)[] = []
    const transport = { send: () => Promise.resolve(ACKED), part: ({ body, gzipped }: FrozenBatch) => sizes.push(body.length, gzipped) > 0, release: () => undefined, close: () => undefined }
    const { capture, lane } = startLane({ batchEvents: 1_000, transport })
    for (let at = 0; at < 1_000; at++) capture(1, { path: `/orders/${at}/lines` })
    lane.exit()
    expect(sizes).toEqual([expect.any(Number), true])
    expect(sizes[0]).toBeLessThan(16_384)
  })
})

test('a batch that cannot be encoded is dropped and named', async () => {
  const { capture, lane, problems } = startLane({ freeze: () => Promise.reject(new Error('cyclic')) })
  capture(2)
  await advance(2_000)
  expect(lane.stats()).toMatchObject({ pending: 0, dropped: { serialize_error: 2 } })
  expect(problems).toEqual(['serialize_error: Wayside could not encode a batch: Error: cyclic'])
})

test('an event that makes room counts for a flush that waits', async () => {
  const { capture, lane } = startLane({ maxQueueEvents: 3, batchEvents: 1, maxQueueBytes: 4_000, send: never })
  capture(2)
  await advance(0)
  capture(3)
  const flushed = lane.flush(1_000)
  capture(2)
  await advance(1_000)
  const { pending, dropped } = await flushed
  expect(dropped).toBeGreaterThan(0)
  expect(pending + dropped).toBe(5)
})

const never: Send = () => new Promise(() => undefined)

/** Answers the first attempt so, all later ones with an acknowledgement. */
function first(result: SendResult): Send {
  return (_, attempt) => (attempt === 1 ? result : ACKED)
}

/** Refuses batches that hold an event of which `isBad` is true. */
function refuse(isBad: (seq: number) => boolean): Send {
  return ({ events }) => (events.some(({ seq }) => isBad(seq)) ? { kind: 'refused_batch', reason: 'status 422' } : ACKED)
}

/** Whether a later attempt sent the same bytes, so that this one was not acknowledged. */
function isRepeated(attempts: readonly { readonly frozen: object }[], at: number): boolean {
  return attempts.slice(at + 1).some(({ frozen }) => frozen === attempts[at]?.frozen)
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}
