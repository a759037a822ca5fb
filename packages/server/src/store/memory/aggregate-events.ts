import { assertRollupKeeps } from '../rollup-shape.ts'
import type { AggregateQuery, AggregateRow, Dimension } from '../store.ts'
import type { StoredEvent } from '../stored-event.ts'
import { compareText } from './compare-text.ts'

const MINUTE_MS = 60_000

type Key = Pick<AggregateRow, 'time' | 'method' | 'route' | 'status' | 'consumerKind' | 'consumer' | 'country' | 'client'>

export function aggregateEvents(events: readonly StoredEvent[], query: AggregateQuery): readonly AggregateRow[] {
  assertRollupKeeps(query)
  const groups = new Map<string, { key: Key; events: StoredEvent[] }>()
  for (const event of events) {
    if (event.projectId !== query.projectId || event.time < query.from || event.time >= query.to) continue
    const key = toKey(event, query)
    const text = JSON.stringify(key)
    const group = groups.get(text) ?? { key, events: [] }
    group.events.push(event)
    groups.set(text, group)
  }
  const rows = [...groups.values()].map((group) => toRow(group.key, group.events, query.latency))
  return rows.toSorted(byRequestsThenKey).slice(0, query.limit ?? rows.length)
}

function toKey(event: StoredEvent, { from, intervalMs, dimensions }: AggregateQuery): Key {
  const when = (dimension: Dimension) => dimensions.includes(dimension)
  return {
    time: intervalMs === null ? null : from + Math.floor((event.time - from) / intervalMs) * intervalMs,
    method: when('method') ? event.method : null,
    route: when('route') ? event.route : null,
    status: when('status') ? event.status : null,
    consumerKind: when('consumer') ? event.consumerKind : null,
    consumer: when('consumer') ? event.consumer : null,
    country: when('country') ? event.country : null,
    client: when('client') ? event.client : null,
  }
}

function toRow(key: Key, events: readonly StoredEvent[], withLatency: boolean): AggregateRow {
  const latency = new Map<number, number>()
  let errors = 0
  let aborted = 0
  let requestBytes = 0
  let responseBytes = 0
  let lastSeenAt = 0
  for (const event of events) {
    if (event.status >= 400) errors++
    if (event.outcome !== 0) aborted++
    requestBytes += event.requestBytes ?? 0
    responseBytes += event.responseBytes ?? 0
    lastSeenAt = Math.max(lastSeenAt, event.time - (event.time % MINUTE_MS))
    if (withLatency && event.latencyBucket !== null) latency.set(event.latencyBucket, (latency.get(event.latencyBucket) ?? 0) + 1)
  }
  return { ...key, requests: events.length, errors, aborted, requestBytes, responseBytes, lastSeenAt, latency }
}

/** Most requests first; equal ones in an order that every engine can keep: nulls first, texts by their UTF-8 bytes. */
function byRequestsThenKey(a: AggregateRow, b: AggregateRow): number {
  return (
    b.requests - a.requests ||
    (a.time ?? 0) - (b.time ?? 0) ||
    compareText(a.method, b.method) ||
    compareText(a.route, b.route) ||
    (a.status ?? 0) - (b.status ?? 0) ||
    compareText(a.consumerKind, b.consumerKind) ||
    compareText(a.consumer, b.consumer) ||
    compareText(a.country, b.country) ||
    compareText(a.client, b.client)
  )
}
