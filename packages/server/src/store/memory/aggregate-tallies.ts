import { assertRollupKeeps } from '../rollup-shape.ts'
import type { AggregateQuery, AggregateRow, Dimension } from '../store.ts'
import { compareText } from './compare-text.ts'
import type { Tally } from './tally.ts'

const MINUTE_MS = 60_000

type Key = Pick<AggregateRow, 'time' | 'method' | 'route' | 'status' | 'consumerKind' | 'consumer' | 'country' | 'client'>

export function aggregateTallies(tallies: Iterable<Tally>, query: AggregateQuery): readonly AggregateRow[] {
  assertRollupKeeps(query)
  const groups = new Map<string, { key: Key; tallies: Tally[] }>()
  for (const tally of tallies) {
    if (tally.projectId !== query.projectId || tally.time < query.from || tally.time >= query.to) continue
    const key = toKey(tally, query)
    const text = JSON.stringify(key)
    const group = groups.get(text) ?? { key, tallies: [] }
    group.tallies.push(tally)
    groups.set(text, group)
  }
  const rows = [...groups.values()].map((group) => toRow(group.key, group.tallies, query.latency))
  return rows.toSorted(byRequestsThenKey).slice(0, query.limit ?? rows.length)
}

function toKey(tally: Tally, { from, intervalMs, dimensions }: AggregateQuery): Key {
  const when = (dimension: Dimension) => dimensions.includes(dimension)
  return {
    time: intervalMs === null ? null : from + Math.floor((tally.time - from) / intervalMs) * intervalMs,
    method: when('method') ? tally.method : null,
    route: when('route') ? tally.route : null,
    status: when('status') ? tally.status : null,
    consumerKind: when('consumer') ? tally.consumerKind : null,
    consumer: when('consumer') ? tally.consumer : null,
    country: when('country') ? tally.country : null,
    client: when('client') ? tally.client : null,
  }
}

function toRow(key: Key, tallies: readonly Tally[], withLatency: boolean): AggregateRow {
  const latency = new Map<number, number>()
  const row = { requests: 0, errors: 0, aborted: 0, requestBytes: 0, responseBytes: 0, lastSeenAt: 0 }
  for (const tally of tallies) {
    row.requests += tally.requests
    if (tally.status >= 400) row.errors += tally.requests
    row.aborted += tally.aborted
    row.requestBytes += tally.requestBytes
    row.responseBytes += tally.responseBytes
    row.lastSeenAt = Math.max(row.lastSeenAt, tally.lastTime - (tally.lastTime % MINUTE_MS))
    if (withLatency) for (const [bucket, requests] of tally.latency) latency.set(bucket, (latency.get(bucket) ?? 0) + requests)
  }
  const bytes = { requestBytes: Math.min(row.requestBytes, Number.MAX_SAFE_INTEGER), responseBytes: Math.min(row.responseBytes, Number.MAX_SAFE_INTEGER) }
  return { ...key, ...row, ...bytes, latency }
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
