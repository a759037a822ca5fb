import type { ConsumerKind, ConsumerRow, EndpointRow, ShareRow } from '@wayside/protocol'
import type { AggregateRow } from '../store/store.ts'
import { toTotals } from './to-totals.ts'

/** Endpoints with most requests first, from rows grouped by method, route and status. */
export function toEndpoints(rows: readonly AggregateRow[], limit: number): readonly EndpointRow[] {
  const byEndpoint = new Map<string, AggregateRow[]>()
  for (const row of rows) {
    const name = JSON.stringify([row.method, row.route])
    const group = byEndpoint.get(name)
    if (group === undefined) byEndpoint.set(name, [row])
    else group.push(row)
  }
  const groups = [...byEndpoint.values()].map((group) => ({
    group,
    requests: group.reduce((sum, row) => sum + row.requests, 0),
  }))
  return groups
    .sort((a, b) => b.requests - a.requests)
    .slice(0, limit)
    .map(({ group }) => ({ method: group[0]?.method ?? '', route: group[0]?.route ?? null, ...toTotals(group) }))
}

/** Consumers in the order of the rows, which were grouped by consumer. */
export function toConsumers(rows: readonly AggregateRow[], limit: number): readonly ConsumerRow[] {
  return rows.slice(0, limit).map(({ consumerKind, consumer, requests, errors, lastSeenAt }) => ({
    kind: toConsumerKind(consumerKind),
    consumer,
    requests,
    errors,
    lastSeenAt,
  }))
}

/** Known consumers among rows grouped by consumer. */
export function countConsumers(rows: readonly AggregateRow[]): number {
  // Shed events have a value of their own, and whose they were is unknown.
  return rows.filter((row) => row.consumer !== null && row.consumerKind !== 'unknown').length
}

/** Values of a dimension in the order of the rows, which were grouped by it. */
export function toShares(rows: readonly AggregateRow[], dimension: 'country' | 'client'): readonly ShareRow[] {
  return rows.map((row) => ({ value: row[dimension], requests: row.requests, errors: row.errors }))
}

const KINDS: readonly ConsumerKind[] = ['user', 'api_key', 'oauth_client', 'ip', 'unknown']

function toConsumerKind(text: string | null): ConsumerKind {
  return KINDS.find((kind) => kind === text) ?? 'unknown'
}
