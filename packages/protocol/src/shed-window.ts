import { LIMITS } from './limits.ts'
import { Refusal, isCount, record } from './read-column.ts'
import { countSeqs, encodeRanges, readRanges, type SeqRange, type WireRanges } from './seq-range.ts'
import { boundText } from './text.ts'

/**
 * What is left of events that a full queue had to give up: exact counts by endpoint and status, for the events that
 * `seqs` names and for no others, so that sums over stored events and windows are exact.
 */
export interface ShedWindow {
  /** Milliseconds since 1970; on the minute. */
  readonly startAt: number
  /** A minute, or more where old windows were joined to stay within memory. */
  readonly lengthMs: number
  readonly seqs: readonly SeqRange[]
  readonly rows: readonly ShedRow[]
}

/** What dimensions other than endpoint and status show for shed events, whose value is gone. */
export const SHED = '(shed)'

/** The shed events of one endpoint and status. Their requests sum up to the window's seqs. */
export interface ShedRow {
  readonly method: string
  readonly route: string | null
  readonly status: number
  readonly requests: number
  readonly aborted: number
  readonly requestBytes: number
  readonly responseBytes: number
  /** Requests by latency bucket; those of unknown duration are in none. */
  readonly latency: ReadonlyMap<number, number>
}

/** A window as it travels. */
export interface WireShedWindow {
  readonly startAt: number
  readonly lengthMs: number
  readonly seqs: WireRanges
  readonly rows: readonly WireShedRow[]
}

/** `latency` is pairs of a bucket and its requests; absent members are 0 or `null`. */
export interface WireShedRow {
  readonly method: string
  readonly route?: string
  readonly status: number
  readonly requests: number
  readonly aborted?: number
  readonly requestBytes?: number
  readonly responseBytes?: number
  readonly latency: readonly number[]
}

/** In steps of some rows. */
export function* encodeShedWindow({ startAt, lengthMs, seqs, rows }: ShedWindow): Generator<void, WireShedWindow> {
  const encoded: WireShedRow[] = []
  for (const row of rows) {
    encoded.push(encodeRow(row))
    if (encoded.length % ROWS_A_STEP === 0) yield
  }
  return { startAt, lengthMs, seqs: encodeRanges(seqs), rows: encoded }
}

const ROWS_A_STEP = 50

function encodeRow(row: ShedRow): WireShedRow {
  return {
    method: row.method,
    ...(row.route !== null && { route: row.route }),
    status: row.status,
    requests: row.requests,
    ...(row.aborted > 0 && { aborted: row.aborted }),
    ...(row.requestBytes > 0 && { requestBytes: row.requestBytes }),
    ...(row.responseBytes > 0 && { responseBytes: row.responseBytes }),
    latency: [...row.latency].flat(),
  }
}

/** The windows of a batch. One fault refuses the batch: half of a window would make sums wrong. */
export function readShedWindows(value: unknown): readonly ShedWindow[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > LIMITS.shedWindows) throw new Refusal(`shed must be a list of at most ${LIMITS.shedWindows} windows`)
  const windows = value.map(readWindow)
  const rows = windows.reduce((sum, window) => sum + window.rows.length, 0)
  if (rows > LIMITS.shedRows) throw new Refusal(`shed must have at most ${LIMITS.shedRows} rows`)
  const ranges = windows.reduce((sum, window) => sum + window.seqs.length, 0)
  if (ranges > LIMITS.shedRanges) throw new Refusal(`shed must have at most ${LIMITS.shedRanges} ranges of seqs`)
  return windows
}

function readWindow(value: unknown): ShedWindow {
  const { startAt, lengthMs, seqs, rows } = record(value, 'a window of shed')
  if (!isCount(startAt) || startAt > LIMITS.time || startAt % MINUTE_MS !== 0) throw new Refusal('startAt of a shed window must be a minute since 1970')
  if (!isCount(lengthMs) || lengthMs < MINUTE_MS || lengthMs > DAY_MS || lengthMs % MINUTE_MS !== 0)
    throw new Refusal('lengthMs of a shed window must be one minute to one day')
  if (!Array.isArray(rows)) throw new Refusal('rows of a shed window must be a list')
  const window = { startAt, lengthMs, seqs: readRanges(seqs, LIMITS.seqRanges, 'seqs of a shed window'), rows: rows.map(readRow) }
  const requests = window.rows.reduce((sum, row) => sum + row.requests, 0)
  if (requests !== countSeqs(window.seqs)) throw new Refusal('requests of a shed window must sum up to its seqs')
  return window
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

function readRow(value: unknown): ShedRow {
  const row = record(value, 'a row of shed')
  const { method, route, status } = row
  if (typeof method !== 'string' || method === '') throw new Refusal('method of a shed row must be a text')
  if (route !== undefined && route !== null && typeof route !== 'string') throw new Refusal('route of a shed row must be a text')
  if (!isCount(status) || status < 100 || status > 599) throw new Refusal('status of a shed row must be a whole number from 100 to 599')
  const requests = readCount(row, 'requests')
  const latency = readLatency(row['latency'])
  if (readCount(row, 'aborted') > requests || sumOf(latency) > requests) throw new Refusal('a shed row must have no more aborted or timed requests than requests')
  return {
    method: boundText(method, LIMITS.methodLength),
    route: typeof route === 'string' ? boundText(route, LIMITS.routeLength) : null,
    status,
    requests,
    aborted: readCount(row, 'aborted'),
    requestBytes: readCount(row, 'requestBytes'),
    responseBytes: readCount(row, 'responseBytes'),
    latency,
  }
}

function readCount(row: Record<string, unknown>, name: string): number {
  const count = row[name] ?? 0
  if (!isCount(count)) throw new Refusal(`${name} of a shed row must be a whole number`)
  return count
}

function readLatency(value: unknown): ReadonlyMap<number, number> {
  if (!Array.isArray(value) || value.length % 2 !== 0 || !value.every(isCount)) throw new Refusal('latency of a shed row must be pairs of whole numbers')
  const latency = new Map<number, number>()
  for (let at = 0; at < value.length; at += 2) {
    const bucket = value[at] ?? 0
    if (bucket > LIMITS.latencyBucket) throw new Refusal(`latency of a shed row must have buckets up to ${LIMITS.latencyBucket}`)
    latency.set(bucket, (latency.get(bucket) ?? 0) + (value[at + 1] ?? 0))
  }
  return latency
}

function sumOf(latency: ReadonlyMap<number, number>): number {
  let sum = 0
  for (const count of latency.values()) sum += count
  return sum
}
