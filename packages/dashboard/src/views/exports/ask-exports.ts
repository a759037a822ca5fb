import type { PageQuestion } from '../../api/page-question.ts'

/** The files that were asked for, whatever the range. */
export function askExports(): PageQuestion {
  return { queries: {}, extras: { exports: {} } }
}
