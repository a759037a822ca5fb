import type { ConsumerKind, ConsumerRow, DimensionValue, EndpointRow, ShareRow } from '@wayside/protocol'
import { compareKeys } from '../query/compare-values.ts'
import { METRIC_READINGS } from '../query/metrics.ts'
import type { StoreRow } from '../store/store-query.ts'
import { toTotals } from './to-totals.ts'

/** Endpoints with most requests first, from rows grouped by method and route. */
export function toEndpoints(rows: readonly StoreRow[]): readonly EndpointRow[] {
  return byRequests(rows).map((row) => {
    const [method, route] = row.key
    return { method: toText(method) ?? '', route: toText(route), ...toTotals(row) }
  })
}

/** Consumers with most requests first, from rows grouped by kind and consumer. */
export function toConsumers(rows: readonly StoreRow[]): readonly ConsumerRow[] {
  return byRequests(rows).map((row) => {
    const [kind, consumer] = row.key
    return { kind: toConsumerKind(kind), consumer: toText(consumer), requests: row.requests, errors: toErrors(row), lastSeenAt: row.lastSeenAt }
  })
}

/** Values of the one dimension that rows are grouped by, with most requests first. */
export function toShares(rows: readonly StoreRow[]): readonly ShareRow[] {
  return byRequests(rows).map((row) => ({ value: toText(row.key[0]), requests: row.requests, errors: toErrors(row) }))
}

function byRequests(rows: readonly StoreRow[]): readonly StoreRow[] {
  return rows.toSorted((a, b) => b.requests - a.requests || compareKeys(a.key, b.key))
}

function toErrors(row: StoreRow): number {
  return METRIC_READINGS.errors.of(row) ?? 0
}

function toText(value: DimensionValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

const KINDS: readonly ConsumerKind[] = ['user', 'api_key', 'oauth_client', 'ip', 'unknown']

function toConsumerKind(value: DimensionValue | undefined): ConsumerKind {
  return KINDS.find((kind) => kind === value) ?? 'unknown'
}
