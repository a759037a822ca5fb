import type { Dimension, QueryDimension } from '@wayside/protocol'
import type { PageQuestion } from '../../api/page-question.ts'
import type { Page } from '../../state/page.ts'
import { toQueryScope } from '../../state/scope.ts'

/** Dimensions with a table of their own, in their order on the page. */
export const AUDIENCE = ['country', 'client', 'os', 'device', 'bot', 'apiVersion', 'host', 'environment', 'service', 'serviceVersion', 'instance', 'framework'] as const satisfies readonly Dimension[]

const ROWS = 100
/** All that there are: a map without some would tell of nothing there. */
const COUNTRIES = 300

/** Who and what the requests come from, and when in the week. */
export function askAudience({ scope }: Page): PageQuestion {
  const about = toQueryScope(scope)
  const table = (dimensions: readonly QueryDimension[]) => ({ ...about, metrics: ['requests', 'serverErrors', 'errorRate'], dimensions, limit: dimensions[0] === 'country' ? COUNTRIES : ROWS }) as const
  return {
    queries: {
      totals: { ...about, metrics: ['requests'] },
      ...Object.fromEntries(AUDIENCE.map((dimension) => [dimension, table(dimension === 'client' ? ['client', 'clientVersion'] : [dimension])])),
      hours: { ...about, range: '30d', metrics: ['requests'], dimensions: ['time:hour'] },
    },
    extras: {},
  }
}
