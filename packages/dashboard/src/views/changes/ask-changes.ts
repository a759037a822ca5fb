import type { Dimension } from '@wayside/protocol'
import type { PageQuestion } from '../../api/page-question.ts'
import type { Page } from '../../state/page.ts'
import { toQueryScope } from '../../state/scope.ts'

/** Dimensions among which a change is looked for. */
export const CHANGING = ['endpoint', 'consumer', 'country', 'client', 'status', 'serviceVersion', 'host', 'instance'] as const satisfies readonly Dimension[]

const VALUES = 200

/** Requests and errors of the range and the time before it, in all and by the values of each dimension. */
export function askChanges({ scope }: Page): PageQuestion {
  const about = { ...toQueryScope(scope), metrics: ['requests', 'errors'], compare: 'previous' } as const
  return {
    queries: {
      totals: about,
      ...Object.fromEntries(CHANGING.map((dimension) => [dimension, { ...about, dimensions: [dimension], limit: VALUES }])),
    },
    extras: {},
  }
}
