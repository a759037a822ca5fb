import type { PageQuestion } from '../../api/page-question.ts'
import { toChartGrain, toSparkGrain } from '../../state/grain.ts'
import { parseOrder, toOrderBy } from '../../state/order.ts'
import type { Page } from '../../state/page.ts'
import { toQueryScope } from '../../state/scope.ts'
import { toSearchFilter } from '../../state/search.ts'
import { STATUS_METRICS } from '../status-layers.ts'

const ROWS = 200

/** All consumers, or the one that the address names. */
export function askConsumers(page: Page): PageQuestion {
  const consumer = page.params.get('consumer')
  return consumer === null ? askAll(page) : askOne(page, consumer)
}

function askAll({ scope, params }: Page): PageQuestion {
  const everyone = toQueryScope(scope)
  const about = toQueryScope(scope, toSearchFilter('consumer', params.get('q')) ?? ['exists', 'consumer'])
  const compare = scope.isCompared ? ({ compare: 'previous' } as const) : {}
  return {
    queries: {
      totals: { ...everyone, metrics: ['consumers', 'newConsumers', 'returningConsumers'], ...compare },
      series: { ...everyone, metrics: ['consumers', 'newConsumers', 'returningConsumers'], dimensions: [`time:${toChartGrain(scope.range)}`] },
      consumers: { ...about, metrics: ['requests', 'serverErrors', 'errorRate', 'p95', 'responseBytes', 'lastSeenAt'], dimensions: ['consumer', 'consumerKind'], orderBy: toOrderBy(parseOrder(params)), limit: ROWS, ...compare },
      courses: { ...about, metrics: ['requests'], dimensions: ['consumer', `time:${toSparkGrain(scope.range)}`], limit: 10_000 },
    },
    extras: {},
  }
}

function askOne({ scope }: Page, consumer: string): PageQuestion {
  const about = toQueryScope(scope, ['is', 'consumer', [consumer]])
  const compare = scope.isCompared ? ({ compare: 'previous' } as const) : {}
  return {
    queries: {
      totals: { ...about, metrics: ['requests', ...STATUS_METRICS, 'errorRate', 'p95', 'responseBytes', 'lastSeenAt'], ...compare },
      series: { ...about, metrics: ['requests', ...STATUS_METRICS], dimensions: [`time:${toChartGrain(scope.range)}`] },
      // A year of days, whatever the range: when somebody came and went shows only there.
      days: { ...about, range: '12mo', metrics: ['requests'], dimensions: ['time:day'] },
      endpoints: { ...about, metrics: ['requests', 'serverErrors', 'errorRate', 'p95'], dimensions: ['endpoint'], limit: 50 },
      errors: { ...toQueryScope(scope, ['and', [['is', 'consumer', [consumer]], ['gte', 'status', 400]]]), metrics: ['requests', 'lastSeenAt'], dimensions: ['status', 'endpoint'], limit: 50 },
      clients: { ...about, metrics: ['requests'], dimensions: ['client', 'clientVersion'], limit: 50 },
    },
    extras: {},
  }
}
