import { WIRE_VERSION, type Batch, type NumberColumn, type TextColumn, type WireBatch, type WireColumns } from './batch.ts'
import type { ApiEvent, Outcome } from './event.ts'

/** Turns a batch of at least one event into its wire form, ready for `JSON.stringify`. */
export function encodeBatch({ head, events, stacks }: Batch): WireBatch {
  return {
    v: WIRE_VERSION,
    producer: head.producerId,
    level: head.privacyLevel,
    sdk: head.sdk,
    framework: head.framework,
    ...(head.environment !== null && { environment: head.environment }),
    ...(head.service !== null && { service: head.service }),
    ...(head.serviceVersion !== null && { serviceVersion: head.serviceVersion }),
    ...(head.instance !== null && { instance: head.instance }),
    books: head.books,
    n: events.length,
    seq: seqColumn(events),
    time: deltas(events.map((event) => event.time)),
    columns: encodeColumns(events),
    ...(stacks.length > 0 && { stacks }),
  }
}

const OUTCOME_NUMBER: Readonly<Record<Outcome, number>> = { completed: 0, aborted_before_headers: 1, aborted_mid_body: 2 }

function encodeColumns(events: readonly ApiEvent[]): WireColumns {
  const columns: Record<string, NumberColumn | TextColumn> = {}
  const text = (name: string, read: (event: ApiEvent) => string | null) => {
    const column = textColumn(events, read)
    if (column !== null) columns[name] = column
  }
  const number = (name: string, read: (event: ApiEvent) => number | null, absent: number | null = null) => {
    const column = numberColumn(events, read)
    if (column !== absent) columns[name] = column as NumberColumn
  }
  text('method', (event) => event.method)
  text('route', (event) => event.route)
  text('path', (event) => (event.path === event.route ? null : event.path))
  text('host', (event) => event.host)
  number('status', (event) => event.status)
  number('outcome', (event) => OUTCOME_NUMBER[event.outcome], 0)
  number('durationUs', (event) => event.durationUs)
  number('upstreamUs', (event) => event.upstreamUs)
  number('upstreamCount', (event) => event.upstreamCount)
  number('requestBytes', (event) => event.requestBytes)
  number('responseBytes', (event) => event.responseBytes)
  text('ip', (event) => event.ip)
  text('userAgent', (event) => event.userAgent)
  text('userId', (event) => event.userId)
  text('apiKeyHash', (event) => event.apiKeyHash)
  text('oauthClientId', (event) => event.oauthClientId)
  text('errorClass', (event) => event.errorClass)
  text('errorFingerprint', (event) => event.errorFingerprint)
  text('errorMessage', (event) => event.errorMessage)
  text('tags', (event) => (event.tags === null ? null : JSON.stringify(event.tags)))
  return columns
}

/** `null` when every event has `null`. */
function textColumn(events: readonly ApiEvent[], read: (event: ApiEvent) => string | null): TextColumn | null {
  const index = new Array<number>(events.length)
  const positions = new Map<string | null, number>()
  let at = 0
  for (const event of events) {
    const value = read(event)
    let position = positions.get(value)
    if (position === undefined) positions.set(value, (position = positions.size))
    index[at++] = position
  }
  const values = [...positions.keys()]
  return values.length === 1 ? (values[0] ?? null) : { values, index }
}

/** A single number when every event has it, `null` when every event has `null`. */
function numberColumn(events: readonly ApiEvent[], read: (event: ApiEvent) => number | null): NumberColumn | null {
  const column = new Array<number | null>(events.length)
  let same = true
  let at = 0
  for (const event of events) {
    const value = read(event)
    column[at] = value
    same &&= value === column[0]
    at++
  }
  return same ? (column[0] ?? null) : column
}

function seqColumn(events: readonly ApiEvent[]): number | readonly number[] {
  const first = events[0]?.seq ?? 0
  const last = events[events.length - 1]?.seq ?? 0
  return last - first === events.length - 1 ? first : deltas(events.map((event) => event.seq))
}

function deltas(values: readonly number[]): number[] {
  let before = 0
  return values.map((value) => {
    const delta = value - before
    before = value
    return delta
  })
}
