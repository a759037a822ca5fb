import type { PageQuestion } from '../../api/page-question.ts'
import type { Page } from '../../state/page.ts'

/** How long a monitor took is shown for so many days. */
export const LATENCY_DAYS = 7

/** The monitors of the project whatever the range, or one of them. */
export function askUptime({ params }: Page): PageQuestion {
  const id = params.get('monitor')
  const monitor = id === null || id === '' ? null : id
  return {
    queries: {},
    extras:
      monitor === null
        ? { monitors: {}, incidents: { limit: '20' }, maintenance: {}, statusPages: {} }
        : { monitors: {}, incidents: { limit: '20', monitor }, monitorChecks: { id: monitor, limit: '50' }, monitorLatency: { id: monitor, days: String(LATENCY_DAYS) } },
  }
}
