import type { PageQuestion } from '../../api/page-question.ts'

/** The files that were asked for, whatever the range, and what is made and sent by itself. */
export function askExports(): PageQuestion {
  return { queries: {}, extras: { exports: {}, rawFiles: {}, mailReports: {} } }
}
