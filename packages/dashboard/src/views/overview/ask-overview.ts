import type { PageQuestion } from '../../api/page-question.ts'
import { toChartGrain } from '../../state/grain.ts'
import type { Page } from '../../state/page.ts'
import { toQueryScope, toRequestParams } from '../../state/scope.ts'
import { STATUS_METRICS } from '../status-layers.ts'
import { toFigure } from './figures.ts'

const TOTALS = ['requests', ...STATUS_METRICS, 'errorRate', 'p50', 'p95', 'p99', 'consumers', 'responseBytes'] as const
const ROWS = 50

/** The figures with their course, and who and what they are made of. */
export function askOverview({ scope, params }: Page): PageQuestion {
  const about = toQueryScope(scope)
  const compare = scope.isCompared ? ({ compare: 'previous' } as const) : {}
  // A stack of bars has no room for a second one.
  const compareSeries = toFigure(params.get('chart')).kind === 'lines' ? compare : {}
  return {
    queries: {
      totals: { ...about, metrics: TOTALS, ...compare },
      series: { ...about, metrics: TOTALS, dimensions: [`time:${toChartGrain(scope.range)}`], ...compareSeries },
      endpoints: { ...about, metrics: ['requests', 'serverErrors', 'errorRate', 'p50', 'p95', 'p99'], dimensions: ['endpoint'], limit: ROWS },
      consumers: { ...about, metrics: ['requests', 'serverErrors', 'errorRate', 'lastSeenAt'], dimensions: ['consumer', 'consumerKind'], limit: ROWS },
      countries: { ...about, metrics: ['requests', 'serverErrors', 'errorRate'], dimensions: ['country'], limit: ROWS },
      clients: { ...about, metrics: ['requests', 'serverErrors', 'errorRate'], dimensions: ['client'], limit: ROWS },
      versions: { ...about, metrics: ['requests'], dimensions: ['serviceVersion', `time:${toChartGrain(scope.range)}`], limit: 10_000 },
    },
    extras: { delivery: withoutFilter(toRequestParams(scope)), alerts: { state: 'firing', limit: '20' } },
  }
}

/** What is missing is missing whatever the filter: an event that is lost has no endpoint. */
function withoutFilter(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'filter'))
}
