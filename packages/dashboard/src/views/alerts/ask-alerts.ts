import type { PageQuestion } from '../../api/page-question.ts'
import type { Page } from '../../state/page.ts'

const SHOWN = '100'

/** What is watched in the project and what was found, whatever the range; or that of one rule. */
export function askAlerts({ params }: Page): PageQuestion {
  const rule = params.get('rule') ?? ''
  return {
    queries: {},
    extras: { alertRules: {}, alerts: { limit: SHOWN, ...(rule !== '' && { rule }) }, channels: {}, ...(rule === '' && { alertTemplates: {} }) },
  }
}
