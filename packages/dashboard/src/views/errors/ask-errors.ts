import type { Filter } from '@wayside/protocol'
import type { PageQuestion } from '../../api/page-question.ts'
import { toChartGrain } from '../../state/grain.ts'
import type { Page } from '../../state/page.ts'
import { toQueryScope, toRequestParams } from '../../state/scope.ts'
import { parseExpected } from './expected.ts'

const ROWS = 100
const FAILED: Filter = ['gte', 'status', 400]

/** What failed, but for the statuses that the reader expects; or the one error that the address names. */
export function askErrors(page: Page): PageQuestion {
  const fingerprint = page.params.get('error')
  return fingerprint === null ? askAll(page) : askOne(page, fingerprint)
}

function askAll({ scope, params }: Page): PageQuestion {
  const expected = parseExpected(params)
  const failed: Filter = expected.length === 0 ? FAILED : ['and', [FAILED, ['isNot', 'status', expected]]]
  const about = toQueryScope(scope, failed)
  const thrown = toQueryScope(scope, ['and', [failed, ['exists', 'errorFingerprint']]])
  const grain = toChartGrain(scope.range)
  return {
    queries: {
      totals: { ...about, metrics: ['requests', 'clientErrors', 'serverErrors', 'consumers'], ...(scope.isCompared && { compare: 'previous' }) },
      series: { ...about, metrics: ['clientErrors', 'serverErrors'], dimensions: [`time:${grain}`] },
      // With those that are expected: they are chosen here.
      statuses: { ...toQueryScope(scope, FAILED), metrics: ['requests', 'consumers', 'lastSeenAt'], dimensions: ['status'] },
      endpoints: { ...about, metrics: ['requests', 'consumers', 'lastSeenAt'], dimensions: ['endpoint', 'status'], limit: ROWS },
      consumers: { ...about, metrics: ['requests', 'lastSeenAt'], dimensions: ['consumer', 'consumerKind'], limit: ROWS },
      errors: { ...thrown, metrics: ['requests', 'consumers', 'lastSeenAt'], dimensions: ['errorFingerprint', 'errorClass'], limit: ROWS },
      courses: { ...thrown, metrics: ['requests'], dimensions: ['errorFingerprint', `time:${grain}`], limit: 10_000 },
    },
    extras: {},
  }
}

function askOne({ scope }: Page, fingerprint: string): PageQuestion {
  const filter: Filter = ['is', 'errorFingerprint', [fingerprint]]
  const about = toQueryScope(scope, filter)
  return {
    queries: {
      totals: { ...about, metrics: ['requests', 'consumers', 'lastSeenAt'], ...(scope.isCompared && { compare: 'previous' }) },
      series: { ...about, metrics: ['requests'], dimensions: [`time:${toChartGrain(scope.range)}`] },
      endpoints: { ...about, metrics: ['requests', 'consumers', 'lastSeenAt'], dimensions: ['endpoint'], limit: ROWS },
      consumers: { ...about, metrics: ['requests', 'lastSeenAt'], dimensions: ['consumer', 'consumerKind'], limit: ROWS },
      versions: { ...about, metrics: ['requests', 'lastSeenAt'], dimensions: ['serviceVersion'], limit: ROWS },
    },
    extras: {
      error: { ...toRequestParams(scope), fingerprint },
      requests: { filter: JSON.stringify(about.filter), limit: '10', span: 'totals' },
    },
  }
}
