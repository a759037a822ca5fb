import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { SendResult } from '../send-result.ts'
import { ACKED, PRODUCER, RETRY, fakeTime, readBody, startLane, type Send } from '../../test/lane.ts'
import { createMemorySpool } from '../../test/memory-spool.ts'

beforeEach(fakeTime)
afterEach(() => void vi.useRealTimers())

const advance = (ms: number) => vi.advanceTimersByTimeAsync(ms)
const OTHER = 'fedcba9876543210fedcba9876543210'

describe('with overflow', () => {
  test('nothing is written while all is well', async () => {
    const { spool, capture, lane } = start()
    capture(250)
    await advance(5_000)
    expect(lane.stats()).toMatchObject({ delivered: 250, spooled: 0 })
    expect(spool.batches()).toEqual([])
  })

  test('promise: server down for less than 72 hours, spool overflow: what has waited for 5 s goes to disk and comes back when the server does; 0 lost', async () => {
    let down = true
    const { spool, capture, lane, seqs } = start({ send: () => (down ? RETRY : ACKED) })
    capture(300)
    await advance(4_000)
    expect(spool.batches()).toEqual([])
    await advance(2_000)
    expect(spool.batches().map(({ firstSeq }) => firstSeq).sort()).toEqual([0, 100, 200])
    expect(lane.stats()).toMatchObject({ pending: 300, spooled: 300, delivered: 0 })
    await advance(71 * 3_600_000)
    expect(lane.stats()).toMatchObject({ pending: 300, dropped: {} })
    const before = seqs().length
    down = false
    await advance(20_000)
    expect(lane.stats()).toMatchObject({ delivered: 300, pending: 0, spooled: 0, dropped: {} })
    expect(seqs().slice(before).filter((batch) => batch.length > 0)).toHaveLength(3)
    expect(spool.batches()).toEqual([])
  })

  test('memory that is half full is relieved at once', async () => {
    const { spool, capture, lane } = start({ maxQueueBytes: 65_536, batchEvents: 10, send: never })
    for (let at = 0; at < 40; at++) {
      capture(50)
      await advance(10)
    }
    expect(spool.batches().length).toBeGreaterThan(5)
    expect(lane.stats()).toMatchObject({ dropped: {}, pending: 2_000 })
  })

  test('a server that asks for patience, or refuses the key, is no reason to lose anything', async () => {
    let answer: SendResult = { kind: 'retry', afterMs: 900_000, reason: 'status 429' }
    const { capture, lane } = start({ send: () => answer })
    capture(100)
    await advance(800_000)
    answer = { kind: 'refused_access', afterMs: 0, reason: 'status 401' }
    await advance(800_000)
    expect(lane.stats()).toMatchObject({ pending: 100, dropped: {} })
    answer = ACKED
    await advance(400_000)
    expect(lane.stats()).toMatchObject({ delivered: 100, pending: 0 })
  })

  test('live events come before those on disk', async () => {
    let down = true
    const { capture, seqs } = start({ send: () => (down ? RETRY : slowly(ACKED, 50)) })
    capture(1_000)
    await advance(20_000)
    down = false
    const before = seqs().length
    for (let at = 0; at < 100; at++) {
      capture(10)
      await advance(100)
    }
    const live = seqs().slice(before).filter(([first]) => (first ?? 0) >= 1_000)
    const replayed = seqs().slice(before).filter(([first]) => (first ?? 0) < 1_000)
    expect(live.flat().length).toBeGreaterThan(900)
    expect(replayed.length).toBe(10)
  })

  test('an event that the server refuses is found in a batch that was on disk', async () => {
    let down = true
    const { spool, capture, lane } = start({ send: ({ events }) => (down ? RETRY : events.some(({ seq }) => seq === 7) ? { kind: 'refused_batch', reason: 'no' } : ACKED) })
    capture(100)
    await advance(10_000)
    down = false
    await advance(60_000)
    expect(lane.stats()).toMatchObject({ delivered: 99, pending: 0, spooled: 0, dropped: { rejected: 1 } })
    expect(spool.batches()).toEqual([])
  })

  test('what the spool loses is counted and told by number', async () => {
    let down = true
    const { spool, capture, lane, attempts } = start({ send: () => (down ? RETRY : ACKED) })
    capture(200)
    await advance(10_000)
    spool.loseOldest()
    expect(lane.stats()).toMatchObject({ pending: 100, spooled: 100, dropped: { spool_overflow: 100 } })
    down = false
    await advance(120_000)
    expect(lane.stats()).toMatchObject({ delivered: 100, pending: 0, spooled: 0 })
    expect(attempts.flatMap(({ batch }) => batch.droppedSeqs)).toContainEqual({ from: 0, to: 99 })
    expect(attempts.at(-1)?.batch.head.books).toMatchObject({ settledBefore: 200, spoolBytes: 0 })
  })

  test('what a batch on disk tells of others is told by a later one too', async () => {
    let down = false
    const { capture, lane, attempts, lose } = start({ send: () => (down ? RETRY : ACKED) })
    lose()
    down = true
    capture(200)
    await advance(700_000)
    down = false
    await advance(60_000)
    expect(lane.stats()).toMatchObject({ delivered: 200, pending: 0, dropped: { internal_error: 1 } })
    expect(attempts.at(-1)?.batch.head.books.settledBefore).toBe(201)
  })

  test('a disk that refuses leaves all as without a spool', async () => {
    const { spool, capture, lane } = start({ send: () => RETRY })
    spool.refuse()
    capture(100)
    await advance(60_000)
    expect(lane.stats()).toMatchObject({ pending: 100, spooled: 0 })
    await advance(600_000)
    expect(lane.stats()).toMatchObject({ pending: 0, dropped: { expired: 100 } })
  })

  test('a flush counts what went to disk meanwhile', async () => {
    const { capture, lane } = start({ send: () => RETRY })
    capture(100)
    const flushed = lane.flush(60_000)
    await advance(6_000)
    expect(await flushed).toEqual({ delivered: 0, spooled: 100, pending: 0, dropped: 0 })
    expect(await lane.flush(60_000)).toEqual({ delivered: 0, spooled: 0, pending: 0, dropped: 0 })
  })
})

describe('with always', () => {
  test('every batch is on disk before it is sent, within 100 ms of its events', async () => {
    const onDisk: number[] = []
    const { spool, capture, lane } = start({ always: true, send: () => (onDisk.push(spool.batches().length), ACKED) })
    capture(10)
    await advance(100)
    expect(onDisk).toEqual([1])
    expect(lane.stats().delivered).toBe(10)
    expect(spool.batches()).toEqual([])
  })

  test('events are on disk within 100 ms while the server is away, too', async () => {
    const { spool, capture } = start({ always: true, send: () => RETRY })
    for (let at = 0; at < 100; at++) {
      capture(3)
      await advance(100)
      expect(spool.batches().reduce((sum, { events }) => sum + events, 0)).toBe((at + 1) * 3)
    }
  })
})

describe('what another process has left', () => {
  test('is delivered under its own name and is in none of our books', async () => {
    const earlier = start({ producer: OTHER, send: () => RETRY })
    earlier.capture(150)
    await advance(10_000)
    const ended = earlier.lane.end(0)
    await advance(10)
    await ended
    const { spool, attempts, lane } = start({ left: earlier.spool.batches() })
    await advance(10_000)
    expect(attempts.map(({ batch }) => [batch.head.producerId, batch.events.length, batch.head.books.closed])).toEqual([
      [OTHER, 100, false],
      [OTHER, 50, false],
      [OTHER, 0, true],
    ])
    expect(lane.stats()).toMatchObject({ delivered: 0, pending: 0 })
    expect(spool.batches()).toEqual([])
  })

  test('and what of it is lost here is told in its name', async () => {
    const earlier = start({ producer: OTHER, send: () => RETRY })
    earlier.capture(200)
    await advance(10_000)
    const { spool, attempts, lane } = start({ left: earlier.spool.batches(), send: ({ events }) => (events.some(({ seq }) => seq === 50) ? { kind: 'refused_batch', reason: 'no' } : ACKED) })
    spool.loseOldest()
    await advance(30_000)
    const told = attempts.map(({ batch }) => batch).filter(({ droppedSeqs }) => droppedSeqs.length > 0)
    expect(told.map(({ head, droppedSeqs }) => [head.producerId, head.books.dropped, droppedSeqs])).toEqual([
      [OTHER, { spool_overflow: 100 }, [{ from: 100, to: 199 }]],
      [OTHER, { rejected: 1 }, [{ from: 50, to: 50 }]],
    ])
    expect(lane.stats()).toMatchObject({ delivered: 0, pending: 0, dropped: {} })
    expect(spool.batches()).toEqual([])
  })
})

describe('the end', () => {
  test('leaves to the spool what could not be delivered, and the last books', async () => {
    const { spool, capture, lane } = start({ send: () => RETRY })
    capture(120)
    await advance(100)
    const ended = lane.end(0)
    await advance(0)
    expect(await ended).toBe(120)
    expect(lane.stats()).toMatchObject({ pending: 120, dropped: {} })
    const batches = spool.batches().map(readBody)
    expect(batches.map(({ events }) => events.length)).toEqual([100, 20, 0])
    expect(batches.at(-1)?.head.books).toMatchObject({ captured: 120, closed: true })
  })

  test('drops what the disk refuses then', async () => {
    const { spool, capture, lane } = start({ send: () => RETRY })
    capture(120)
    await advance(100)
    spool.refuse()
    const ended = lane.end(0)
    await advance(0)
    expect(await ended).toBe(0)
    expect(lane.stats()).toMatchObject({ pending: 0, dropped: { shutdown_timeout: 120 } })
  })

  test('at the exit of the process everything is written at once: what is frozen, what is under way, what is queued', async () => {
    const { spool, capture, lane } = start({ send: never })
    capture(250)
    await advance(10)
    capture(30)
    lane.exit()
    const batches = spool.batches().map(readBody)
    expect(batches.flatMap(({ events }) => events.map(({ seq }) => seq))).toEqual(Array.from({ length: 280 }, (_, seq) => seq))
    expect(batches.at(-1)?.head.books).toMatchObject({ captured: 280, dropped: {}, closed: true })
  })

  test('at the exit what does not fit into the time is dropped, counted and told', async () => {
    // Each look at the clock takes 20 ms.
    const { spool, capture, lane } = start({ send: never })
    capture(500)
    let nowMs = performance.now()
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 20))
    lane.exit()
    clock.mockRestore()
    const batches = spool.batches().map(readBody)
    const written = batches.flatMap(({ events }) => events).length
    expect(written).toBeGreaterThan(0)
    expect(written).toBeLessThan(500)
    const last = batches.at(-1)
    expect(last?.head.books).toMatchObject({ captured: 500, dropped: { shutdown_timeout: 500 - written } })
    expect(last?.droppedSeqs).toEqual([{ from: written, to: 499 }])
  })

  test('at the exit nothing is written when nothing waits', async () => {
    const { spool, capture, lane } = start()
    capture(5)
    await advance(40_000)
    lane.exit()
    expect(spool.batches()).toEqual([])
  })
})

function start({ left, always = false, producer = PRODUCER, ...options }: { left?: Parameters<typeof createMemorySpool>[1]; always?: boolean; producer?: string } & Parameters<typeof startLane>[0] = {}) {
  const spool = createMemorySpool(producer, left)
  return { spool, ...startLane({ ...options, producerId: producer, spool: { always, open: spool.open } }) }
}

const never: Send = () => new Promise(() => undefined)

function slowly(result: SendResult, ms: number): Promise<SendResult> {
  return new Promise((resolve) => setTimeout(() => resolve(result), ms))
}
