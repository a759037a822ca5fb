import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { EMPTY_BOOKS, LIMITS, countSeqs, encodeBatch, parseBatch, toLatencyBucket, type ApiEvent, type ShedWindow } from '@wayside/protocol'
import { createApiEvent } from '../../../testing/src/api-event.ts'
import { createShedWindows } from './shed-windows.ts'

const MINUTE_MS = 60_000
const START = Date.UTC(2026, 0, 1, 12)

test('events of a minute are counted by endpoint and status', () => {
  const windows = createShedWindows()
  windows.add(event({ seq: 4, durationUs: 1_500, requestBytes: 10, responseBytes: 200 }))
  windows.add(event({ seq: 5, durationUs: null, requestBytes: null, responseBytes: 100, status: 499, outcome: 'aborted_mid_body' }))
  windows.add(event({ seq: 7, durationUs: 1_500, time: START + MINUTE_MS - 1 }))
  windows.add(event({ seq: 8, route: null, time: START + MINUTE_MS }))
  const base = { method: 'GET', route: '/users/:id', status: 200, requests: 1, aborted: 0, requestBytes: 0, responseBytes: 0 }
  const bucket = toLatencyBucket(1_500)
  expect(windows.take()).toEqual([
    {
      startAt: START,
      lengthMs: MINUTE_MS,
      seqs: [{ from: 4, to: 5 }, { from: 7, to: 7 }],
      rows: [
        { ...base, requests: 2, requestBytes: 10, responseBytes: 200, latency: new Map([[bucket, 2]]) },
        { ...base, status: 499, aborted: 1, responseBytes: 100, latency: new Map() },
      ],
    },
    { startAt: START + MINUTE_MS, lengthMs: MINUTE_MS, seqs: [{ from: 8, to: 8 }], rows: [{ ...base, route: null, latency: new Map([[bucket, 1]]) }] },
  ])
  expect(windows.waiting).toBe(0)
})

test('what comes after a window was taken is a window of its own', () => {
  const windows = createShedWindows()
  windows.add(event({ seq: 1 }))
  const first = windows.take()
  windows.add(event({ seq: 2 }))
  windows.giveBack(first)
  expect(windows.take().map(({ startAt, seqs }) => [startAt, seqs])).toEqual([
    [START, [{ from: 1, to: 1 }]],
    [START, [{ from: 2, to: 2 }]],
  ])
})

test('beyond a bound of rows routes are left out, then methods, and every request still counts', () => {
  const windows = createShedWindows()
  for (let at = 0; at < 1_200; at++) windows.add(event({ seq: at, route: `/r${at}` }))
  for (let at = 0; at < 1_000; at++) windows.add(event({ seq: 2_000 + at, route: '/r', method: `M${at}` }))
  const [window, ...more] = windows.take()
  expect(more).toEqual([])
  expect(window?.rows.length).toBeLessThanOrEqual(LIMITS.shedRows)
  expect(window?.rows.find((row) => row.route === null && row.method === 'GET')?.requests).toBe(200)
  expect(window?.rows.find((row) => row.method === '*')?.requests).toBe(601)
  expect(requestsIn(window === undefined ? [] : [window])).toBe(2_200)
})

test('a batch carries as many windows and rows as the server takes', () => {
  const windows = createShedWindows()
  for (let minute = 0; minute < 100; minute++)
    for (let at = 0; at < 30; at++) windows.add(event({ seq: minute * 30 + at, route: `/r${at}`, time: START + minute * MINUTE_MS }))
  let taken = windows.take()
  const counts: number[] = []
  while (taken.length > 0) {
    expect(parse(taken)).toEqual(taken)
    counts.push(requestsIn(taken))
    taken = windows.take()
  }
  expect(counts).toEqual([1_800, 1_200])
})

test('a day of an outage fits: new windows grow longer, and all is counted', () => {
  const windows = createShedWindows()
  const counted = fill(windows, 1_440)
  const taken = takeAll(windows)
  const lengths = new Set(taken.map((window) => window.lengthMs / MINUTE_MS))
  expect([...lengths]).toEqual([1, 15, 60])
  expect(counted).toBe(1_440 * 100)
  expect(requestsIn(taken)).toBe(counted)
})

test('the memory is bounded: what cannot be counted by endpoint is told, and a release makes room', () => {
  const windows = createShedWindows()
  const days = 40
  let refused = 0
  for (let seq = 0; seq < days * 900; seq++) {
    const day = Math.floor(seq / 900)
    if (!windows.add(event({ seq, route: `/r${seq % 900}`, time: START + day * 1_440 * MINUTE_MS, durationUs: (seq % 50) * 1_000 }))) refused++
  }
  expect(refused).toBeGreaterThan(0)
  const taken = takeAll(windows)
  expect(requestsIn(taken)).toBe(days * 900 - refused)
  expect(windows.add(event({ seq: 1e6 }))).toBe(false)
  windows.release(taken)
  expect(windows.add(event({ seq: 1e6 }))).toBe(true)
})

test('a window has no more ranges of seqs than the server takes', () => {
  const windows = createShedWindows()
  for (let at = 0; at < LIMITS.seqRanges + 5; at++) windows.add(event({ seq: at * 2 }))
  const taken = takeAll(windows)
  expect(taken.map((window) => window.seqs.length)).toEqual([LIMITS.seqRanges, 5])
  expect(parse(taken)).toEqual(taken)
})

test('a batch carries no more ranges of seqs than the server takes', () => {
  const windows = createShedWindows()
  for (let seq = 0; seq < 2 * LIMITS.shedRanges; seq += 2) windows.add(event({ seq, time: START + (seq % 20) * MINUTE_MS }))
  const all: ShedWindow[] = []
  for (let taken = windows.take(); taken.length > 0; taken = windows.take()) {
    expect(parse(taken)).toEqual(taken)
    windows.release(taken)
    all.push(...taken)
  }
  expect(requestsIn(all)).toBe(LIMITS.shedRanges)
})

test('a clock that tells nonsense does no harm', () => {
  const windows = createShedWindows()
  for (const [seq, time] of [Number.NaN, -5, 1e300, Infinity].entries()) windows.add(event({ seq, time }))
  const taken = takeAll(windows)
  expect(parse(taken)).toEqual(taken)
})

test('whatever is shed, taken and given back, each event is in one window, and the server takes them all', () => {
  const events = fc.array(
    fc.record({ minute: fc.nat({ max: 3 }), route: fc.constantFrom('/a', '/b', null), status: fc.constantFrom(200, 404, 500), durationUs: fc.option(fc.nat({ max: 1e6 })) }),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(fc.array(fc.record({ events, arrives: fc.boolean() }), { maxLength: 6 }), (portions) => {
      const windows = createShedWindows()
      const arrived: ShedWindow[] = []
      let seq = 0
      for (const { events: portion, arrives } of portions) {
        for (const { minute, ...values } of portion) windows.add(event({ ...values, seq: seq++, time: START + minute * MINUTE_MS }))
        const taken = windows.take()
        if (arrives) arrived.push(...taken)
        else windows.giveBack(taken)
      }
      arrived.push(...takeAll(windows))
      expect(parse(arrived)).toEqual(arrived)
      const seqs = arrived.flatMap((window) => window.seqs.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at)))
      expect(seqs.sort((a, b) => a - b)).toEqual(Array.from({ length: seq }, (_, at) => at))
      expect(requestsIn(arrived)).toBe(countSeqs(arrived.flatMap((window) => window.seqs)))
    }),
  )
})

function event(values: Partial<ApiEvent>): ApiEvent {
  return createApiEvent({ time: START, requestBytes: 0, responseBytes: 0, ...values })
}

/** So many minutes with 100 endpoints each; returns how many were counted. */
function fill(windows: ReturnType<typeof createShedWindows>, minutes: number): number {
  let counted = 0
  for (let seq = 0; seq < minutes * 100; seq++)
    if (windows.add(event({ seq, route: `/r${seq % 100}`, time: START + Math.floor(seq / 100) * MINUTE_MS }))) counted++
  return counted
}

function takeAll(windows: ReturnType<typeof createShedWindows>): ShedWindow[] {
  const all: ShedWindow[] = []
  for (let taken = windows.take(); taken.length > 0; taken = windows.take()) all.push(...taken)
  return all
}

function requestsIn(windows: readonly ShedWindow[]): number {
  return windows.reduce((sum, window) => sum + window.rows.reduce((rows, row) => rows + row.requests, 0), 0)
}

/** What a server makes of the windows. */
function parse(shed: readonly ShedWindow[]): readonly ShedWindow[] {
  const head = { producerId: '0'.repeat(32), privacyLevel: 0, sdk: 's', framework: 'f', environment: null, service: null, serviceVersion: null, instance: null, books: EMPTY_BOOKS } as const
  const parsed = parseBatch(JSON.parse(JSON.stringify(encodeBatch({ head, events: [], stacks: [], droppedSeqs: [], shed }))))
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.batch.shed
}
