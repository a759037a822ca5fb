import type { Filter } from '@wayside/protocol'
import type { PageQuestion } from '../../api/page-question.ts'
import { toChartGrain, toSparkGrain } from '../../state/grain.ts'
import { parseOrder, toOrderBy } from '../../state/order.ts'
import type { Page } from '../../state/page.ts'
import { toQueryScope, toRequestParams } from '../../state/scope.ts'
import { toSearchFilter } from '../../state/search.ts'
import { STATUS_METRICS } from '../status-layers.ts'

const FIGURES = ['requests', 'serverErrors', 'errorRate', 'p50', 'p90', 'p95', 'p99', 'apdex', 'upstreamShare', 'responseBytes', 'lastSeenAt'] as const
const COURSE = ['requests', ...STATUS_METRICS, 'p50', 'p95', 'p99', 'mean', 'upstreamShare'] as const
const ROWS = 200
const MAX_ROWS = 10_000

/** All endpoints, or the one that the address names. */
export function askEndpoints(page: Page): PageQuestion {
  const endpoint = page.params.get('endpoint')
  return endpoint === null ? askAll(page) : askOne(page, ['is', 'endpoint', [endpoint]])
}

function askAll({ scope, params }: Page): PageQuestion {
  const about = toQueryScope(scope, toSearchFilter('endpoint', params.get('q')))
  return {
    queries: {
      endpoints: { ...about, metrics: FIGURES, dimensions: ['endpoint'], orderBy: toOrderBy(parseOrder(params)), limit: ROWS },
      courses: { ...about, metrics: ['requests'], dimensions: ['endpoint', `time:${toSparkGrain(scope.range)}`], limit: MAX_ROWS },
    },
    extras: {},
  }
}

function askOne({ scope }: Page, filter: Filter): PageQuestion {
  const about = toQueryScope(scope, filter)
  const failed = toQueryScope(scope, ['and', [filter, ['gte', 'status', 400]]])
  const thrown = toQueryScope(scope, ['and', [filter, ['exists', 'errorFingerprint']]])
  return {
    queries: {
      totals: { ...about, metrics: [...new Set([...FIGURES, ...STATUS_METRICS]), 'mean', 'max'], ...(scope.isCompared && { compare: 'previous' }) },
      series: { ...about, metrics: COURSE, dimensions: [`time:${toChartGrain(scope.range)}`] },
      statuses: { ...about, metrics: ['requests', 'p95'], dimensions: ['status'] },
      consumers: { ...about, metrics: ['requests', 'serverErrors', 'errorRate', 'p95'], dimensions: ['consumer', 'consumerKind'], limit: 50 },
      errors: { ...thrown, metrics: ['requests', 'lastSeenAt'], dimensions: ['errorFingerprint', 'errorClass'], limit: 50 },
    },
    extras: {
      latency: { ...toRequestParams(scope, filter), interval: toSparkGrain(scope.range) },
      requests: { ...(failed.filter !== undefined && { filter: JSON.stringify(failed.filter) }), limit: '10', span: 'totals' },
    },
  }
}
