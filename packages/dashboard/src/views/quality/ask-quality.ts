import type { PageQuestion } from '../../api/page-question.ts'
import type { Page } from '../../state/page.ts'
import { toRequestParams } from '../../state/scope.ts'

/** The books of the processes that send; they are kept since each was first heard of, whatever the range. */
export function askQuality({ scope }: Page): PageQuestion {
  const { filter: _filter, ...range } = toRequestParams(scope)
  return { queries: {}, extras: { producers: { limit: '200' }, delivery: range } }
}
