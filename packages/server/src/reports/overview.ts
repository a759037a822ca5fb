import type { Overview, Period } from '@wayside/protocol'
import type { Project } from '../registry/registry.ts'
import type { AggregateQuery, Store } from '../store/store.ts'
import { readDeliveryNotice } from './delivery-notice.ts'
import { toReportRange } from './report-range.ts'
import { countConsumers, toConsumers, toEndpoints, toShares } from './to-rows.ts'
import { toSeries } from './to-series.ts'
import { toTotals } from './to-totals.ts'

const ENDPOINTS = 50
const CONSUMERS = 20
const SHARES = 50

export interface OverviewOptions {
  readonly store: Store
  readonly project: Project
  readonly period: Period
  /** Milliseconds since 1970, as `completeUntil`. */
  readonly now: number
  /** Read before the store is asked, so that the answer holds at least what it promises. */
  readonly completeUntil: number
}

/** Answers what the first page shows, from rollups and books alone. */
export async function readOverview({ store, project, period, now, completeUntil }: OverviewOptions): Promise<Overview> {
  const range = toReportRange(period, now)
  const { from, to, intervalMs } = range
  const ask = (question: Pick<AggregateQuery, 'dimensions'> & Partial<AggregateQuery>) =>
    store.aggregate({ projectId: project.id, from, to, intervalMs: null, latency: false, limit: null, ...question })

  const [endpoints, series, consumers, countries, clients, before, consumersBefore, delivery] = await Promise.all([
    ask({ dimensions: ['method', 'route', 'status'], latency: true }),
    ask({ dimensions: ['status'], intervalMs }),
    ask({ dimensions: ['consumer'] }),
    ask({ dimensions: ['country'], limit: SHARES }),
    ask({ dimensions: ['client'], limit: SHARES }),
    ask({ dimensions: ['status'], latency: true, ...range.previous }),
    ask({ dimensions: ['consumer'], ...range.previous }),
    readDeliveryNotice(store, project.id, range, now),
  ])

  return {
    project: { id: project.publicId, name: project.name },
    period,
    from,
    to,
    intervalMs,
    completeUntil,
    delivery,
    totals: { ...toTotals(endpoints), consumers: countConsumers(consumers) },
    previous: { ...toTotals(before), consumers: countConsumers(consumersBefore) },
    series: toSeries(series, range),
    endpoints: toEndpoints(endpoints, ENDPOINTS),
    consumers: toConsumers(consumers, CONSUMERS),
    countries: toShares(countries, 'country'),
    clients: toShares(clients, 'client'),
  }
}
