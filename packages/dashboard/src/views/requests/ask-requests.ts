import type { PageQuestion } from '../../api/page-question.ts'
import { toChartGrain } from '../../state/grain.ts'
import type { Page } from '../../state/page.ts'
import { toQueryScope } from '../../state/scope.ts'
import { toSearchFilter } from '../../state/search.ts'
import { STATUS_METRICS } from '../status-layers.ts'

const ROWS = '100'

/** The last requests, or those before a cursor, or the one that the address names. */
export function askRequests({ scope, params }: Page): PageQuestion {
  const [time, id] = params.get('request')?.split('-') ?? []
  if (time !== undefined && id !== undefined) return { queries: {}, extras: { request: { time, id } } }
  const about = toQueryScope(scope, toSearchFilter('path', params.get('q')))
  const cursor = params.get('before')
  return {
    queries: {
      totals: { ...about, metrics: ['requests', ...STATUS_METRICS], ...(scope.isCompared && { compare: 'previous' }) },
      series: { ...about, metrics: ['requests', ...STATUS_METRICS], dimensions: [`time:${toChartGrain(scope.range)}`] },
    },
    extras: { requests: { ...(about.filter !== undefined && { filter: JSON.stringify(about.filter) }), ...(cursor !== null && { cursor }), limit: ROWS, span: 'totals' } },
  }
}
