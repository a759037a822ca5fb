import { ALERT_LIMITS, type AlertRuleInput } from '@wayside/protocol'
import { planQuery } from '../query/plan-query.ts'
import { QueryProblem } from '../query/query-problem.ts'
import type { Project } from '../registry/registry.ts'
import { isDetector } from './detect/detect-window.ts'
import { hasHistory } from './read-window.ts'

/** Why a rule cannot be evaluated; `null` when it can. What a schema says is known already. */
export function refuseRule(rule: AlertRuleInput, { privacyFloor }: Pick<Project, 'privacyFloor'>): string | null {
  const { condition, metric, dimension, filter } = rule
  if (!hasHistory(rule)) return 'A comparison with windows before needs windowMinutes of 1, 15, 60 or 1440.'
  if (isDetector(condition)) {
    if (dimension !== 'consumer' || metric !== 'requests' || rule.windowMinutes > 60) return `A rule of the kind ${condition.kind} watches requests of each consumer, in at most 60 minutes.`
    if (condition.kind === 'unseenSource' && privacyFloor > 0) return `The project keeps no addresses: its privacy level is ${privacyFloor}. Sources are seen at level 0 only.`
  }
  if (condition.kind === 'newValue' && dimension === null) return 'A rule for new values needs a dimension.'
  if (condition.kind === 'band' && condition.low >= condition.high) return 'In a band, low must be below high.'
  if ((condition.kind === 'percentile' || condition.kind === 'band') && condition.minHistory > condition.history) return 'minHistory must not be more than history.'
  if (metric === 'lastSeenAt') return 'An instant is no value to hold against others: take another metric.'
  if (filter !== null && JSON.stringify(filter).length > ALERT_LIMITS.filterBytes) return `The filter has more than ${ALERT_LIMITS.filterBytes} characters.`
  try {
    const now = 86_400_000_000
    planQuery({ range: { from: now - 60_000, to: now }, metrics: [metric], dimensions: dimension === null ? [] : [dimension], ...(filter !== null && { filter }) }, { id: 0, timeZone: 'UTC' }, now)
    return null
  } catch (error) {
    if (error instanceof QueryProblem) return error.message
    throw error
  }
}
