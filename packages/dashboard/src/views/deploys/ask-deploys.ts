import type { CustomRange, Filter } from '@wayside/protocol'
import type { PageQuestion } from '../../api/page-question.ts'
import { toChartGrain } from '../../state/grain.ts'
import type { Page } from '../../state/page.ts'
import { toQueryScope } from '../../state/scope.ts'
import { STATUS_METRICS } from '../status-layers.ts'

/** How long before and after a deploy is compared. */
export const WINDOW_MS = 6 * 3_600_000
/** Requests that take longer are slow: the threshold that Apdex has where nobody names one. */
export const SLOW_MS = 500

const ROWS = 200

/** The versions of the range, or the time around the deploy that the address names. */
export function askDeploys(page: Page): PageQuestion {
  const at = Number(page.params.get('at') ?? Number.NaN)
  return Number.isSafeInteger(at) && at > WINDOW_MS ? askAround(page, at) : askVersions(page)
}

function askVersions({ scope }: Page): PageQuestion {
  const about = toQueryScope(scope)
  const time = `time:${toChartGrain(scope.range)}` as const
  return {
    queries: {
      totals: { ...about, metrics: ['requests', ...STATUS_METRICS], ...(scope.isCompared && { compare: 'previous' }) },
      series: { ...about, metrics: ['requests', ...STATUS_METRICS], dimensions: [time] },
      versions: { ...about, metrics: ['requests', 'serverErrors', 'errorRate', 'p50', 'p95', 'lastSeenAt'], dimensions: ['serviceVersion'], limit: ROWS },
      courses: { ...about, metrics: ['requests'], dimensions: ['serviceVersion', time], limit: 10_000 },
    },
    extras: {},
  }
}

function askAround({ scope }: Page, at: number): PageQuestion {
  const range: CustomRange = { from: at, to: at + WINDOW_MS }
  const compare: CustomRange = { from: at - WINDOW_MS, to: at }
  const about = (filter: Filter | null = null) => ({ ...toQueryScope(scope, filter), range, compare })
  const metrics = ['requests', 'errors', 'errorRate', 'p50', 'p95'] as const
  const slow: Filter = ['gt', 'durationMs', SLOW_MS]
  return {
    queries: {
      totals: { ...about(), metrics },
      endpoints: { ...about(), metrics, dimensions: ['endpoint'], limit: ROWS },
      slow: { ...about(slow), metrics: ['requests'], dimensions: ['endpoint'], limit: ROWS },
    },
    extras: {},
  }
}
