import { LIMITS, toLatencyBucket, type ApiEvent, type ShedRow, type ShedWindow } from '@wayside/protocol'
import { createSeqSet, type SeqSet } from './seq-set.ts'

/** Counts by endpoint what a full queue gives up, so that sums stay exact. */
export interface ShedWindows {
  /** False when there is no memory left to count it. */
  add(event: ApiEvent): boolean
  /** Removes and returns the oldest windows, as many as one batch may carry. They stay within the memory's bound until `release`. */
  take(): readonly ShedWindow[]
  /** What was taken has not arrived: it is taken again as it is, since some of it may be known to the server. */
  giveBack(windows: readonly ShedWindow[]): void
  /** What was taken is done with. */
  release(windows: readonly ShedWindow[]): void
  /** Windows that wait to be taken. */
  readonly waiting: number
}

const MAX_BYTES = 4 * 1_024 * 1_024
const MINUTE_MS = 60_000

/** The fuller the memory, the longer a new window: an outage of days fits, and its first minutes stay fine. */
const LENGTHS: readonly { readonly fromBytes: number; readonly lengthMs: number }[] = [
  { fromBytes: 0, lengthMs: MINUTE_MS },
  { fromBytes: MAX_BYTES * 0.5, lengthMs: 15 * MINUTE_MS },
  { fromBytes: MAX_BYTES * 0.75, lengthMs: 60 * MINUTE_MS },
  { fromBytes: MAX_BYTES * 0.9, lengthMs: 1_440 * MINUTE_MS },
]

/** Rows of one window: beyond the first bound the route is left out, beyond the second the method too. */
const MAX_ROUTE_ROWS = 1_000
const MAX_METHOD_ROWS = 1_400

/** Rough sizes in memory. */
const WINDOW_BYTES = 600
const ROW_BYTES = 300
const BUCKET_BYTES = 40
const RANGE_BYTES = 48

/** Makes windows that hold at most 4 MiB together. */
export function createShedWindows(): ShedWindows {
  /** Windows that still grow, by their start and the position of their length. */
  const open = new Map<number, OpenWindow>()
  /** Windows as they were or will be sent, and what each takes in memory. */
  const sealed: ShedWindow[] = []
  const bytesOf = new WeakMap<ShedWindow, number>()
  let bytes = 0
  /** Nearly all events belong to the same window as the one before. */
  let latest: OpenWindow | null = null

  function windowOf(time: number): OpenWindow | null {
    if (latest !== null && time >= latest.startAt && time - latest.startAt < latest.lengthMs) return latest
    latest = findWindow(time) ?? openWindow(time)
    return latest
  }

  function findWindow(time: number): OpenWindow | undefined {
    for (let at = 0; at < LENGTHS.length; at++) {
      const window = open.get(keyOf(time, at))
      if (window !== undefined) return window
    }
    return undefined
  }

  function openWindow(time: number): OpenWindow | null {
    if (bytes >= MAX_BYTES) return null
    const window = createOpenWindow(time, LENGTHS.findLastIndex(({ fromBytes }) => bytes >= fromBytes))
    open.set(window.key, window)
    bytes += WINDOW_BYTES
    return window
  }

  function seal(window: OpenWindow): ShedWindow {
    open.delete(window.key)
    if (latest === window) latest = null
    const done: ShedWindow = { startAt: window.startAt, lengthMs: window.lengthMs, seqs: window.seqs.ranges, rows: [...window.rows.values()] }
    bytesOf.set(done, window.bytes)
    return done
  }

  return {
    add(event) {
      // A clock may tell anything, not a number too.
      const time = event.time >= 0 ? Math.min(event.time, LIMITS.time) : 0
      const window = windowOf(time)
      if (window === null || (bytes >= MAX_BYTES && !window.rows.has(rowKey(event.status, event.method, event.route)))) return false
      const before = window.bytes
      count(window, event)
      bytes += window.bytes - before
      if (window.seqs.ranges.length >= LIMITS.seqRanges) sealed.push(seal(window))
      return true
    },
    take() {
      const taken: ShedWindow[] = []
      let rows = 0
      let ranges = 0
      const fits = (moreRows: number, moreRanges: number) =>
        taken.length < LIMITS.shedWindows && (rows += moreRows) <= LIMITS.shedRows && (ranges += moreRanges) <= LIMITS.shedRanges
      while (sealed[0] !== undefined && fits(sealed[0].rows.length, sealed[0].seqs.length)) taken.push(...sealed.splice(0, 1))
      if (sealed.length > 0) return taken
      for (const window of open.values()) {
        if (!fits(window.rows.size, window.seqs.ranges.length)) break
        taken.push(seal(window))
      }
      return taken
    },
    giveBack: (windows) => void sealed.unshift(...windows),
    release(windows) {
      for (const window of windows) bytes -= bytesOf.get(window) ?? 0
    },
    get waiting() {
      return open.size + sealed.length
    },
  }
}

interface OpenWindow {
  readonly key: number
  readonly startAt: number
  readonly lengthMs: number
  readonly seqs: SeqSet
  readonly rows: Map<string, OpenRow>
  bytes: number
}

type OpenRow = { -readonly [Name in keyof ShedRow]: ShedRow[Name] } & { readonly latency: Map<number, number> }

function startOf(time: number, length: number): number {
  const lengthMs = LENGTHS[length]?.lengthMs ?? MINUTE_MS
  return time - (time % lengthMs)
}

/** A start is a whole minute, so that adding the position of a length keeps keys apart. */
function keyOf(time: number, length: number): number {
  return startOf(time, length) + length
}

function createOpenWindow(time: number, length: number): OpenWindow {
  const lengthMs = LENGTHS[length]?.lengthMs ?? MINUTE_MS
  return { key: keyOf(time, length), startAt: startOf(time, length), lengthMs, seqs: createSeqSet(), rows: new Map(), bytes: WINDOW_BYTES }
}

function count(window: OpenWindow, { seq, method, route, status, outcome, durationUs, requestBytes, responseBytes }: ApiEvent): void {
  const ranges = window.seqs.ranges.length
  window.seqs.add(seq)
  window.bytes += (window.seqs.ranges.length - ranges) * RANGE_BYTES
  const row = rowOf(window, status, method, route)
  row.requests++
  if (outcome !== 'completed') row.aborted++
  row.requestBytes += requestBytes ?? 0
  row.responseBytes += responseBytes ?? 0
  if (durationUs === null) return
  const bucket = toLatencyBucket(durationUs)
  const before = row.latency.get(bucket)
  if (before === undefined) window.bytes += BUCKET_BYTES
  row.latency.set(bucket, (before ?? 0) + 1)
}

function rowOf(window: OpenWindow, status: number, method: string, route: string | null): OpenRow {
  const { rows } = window
  const key = rowKey(status, method, route)
  const known = rows.get(key)
  if (known !== undefined) return known
  if (route !== null && rows.size >= MAX_ROUTE_ROWS) return rowOf(window, status, method, null)
  if (method !== ANY_METHOD && rows.size >= MAX_METHOD_ROWS) return rowOf(window, status, ANY_METHOD, null)
  const row: OpenRow = { method, route, status, requests: 0, aborted: 0, requestBytes: 0, responseBytes: 0, latency: new Map() }
  rows.set(key, row)
  window.bytes += ROW_BYTES + 2 * key.length
  return row
}

/** In place of methods beyond the bound, which only an attack invents. */
const ANY_METHOD = '*'

function rowKey(status: number, method: string, route: string | null): string {
  return route === null ? `${status} ${method}` : `${status} ${method} ${route}`
}
