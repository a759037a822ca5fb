import type { Overview, Period } from '@wayside/protocol'
import { emptyRow } from '../query/empty-row.ts'
import type { Project } from '../registry/registry.ts'
import type { StoreMeasure, StoreQuery } from '../store/store-query.ts'
import type { Store } from '../store/store.ts'
import { readDeliveryNotice } from './delivery-notice.ts'
import { toReportRange } from './report-range.ts'
import { toConsumers, toEndpoints, toShares } from './to-rows.ts'
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

/** Answers what the first page shows. */
export async function readOverview({ store, project, period, now, completeUntil }: OverviewOptions): Promise<Overview> {
  const range = toReportRange(period, now)
  const { from, to, intervalMs } = range
  const intervals = Array.from({ length: (to - from) / intervalMs }, (_, at) => from + at * intervalMs)
  const ask = async (question: Partial<StoreQuery>) => {
    const { rows } = await store.query({ projectId: project.id, from, to, intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null, ...question })
    return rows
  }
  const askTotals = async (span: Partial<StoreQuery> = {}) => {
    const [row = emptyRow(0)] = await ask({ measures: TOTAL_MEASURES, ...span })
    return { ...toTotals(row), consumers: row.consumers }
  }

  const [totals, previous, series, endpoints, consumers, countries, clients, delivery] = await Promise.all([
    askTotals(),
    askTotals(range.previous),
    ask({ intervals }),
    ask({ groupBy: ['method', 'route'], measures: new Set(['latency']), limit: ENDPOINTS }),
    ask({ groupBy: ['consumerKind', 'consumer'], limit: CONSUMERS }),
    ask({ groupBy: ['country'], limit: SHARES }),
    ask({ groupBy: ['client'], limit: SHARES }),
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
    totals,
    previous,
    series: toSeries(series, intervals),
    endpoints: toEndpoints(endpoints),
    consumers: toConsumers(consumers),
    countries: toShares(countries),
    clients: toShares(clients),
  }
}

const TOTAL_MEASURES: ReadonlySet<StoreMeasure> = new Set(['latency', 'consumers'])
