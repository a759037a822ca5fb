import { ALERT_LIMITS, type AlertRuleInput } from '@wayside/protocol'
import { planQuery } from '../query/plan-query.ts'
import { QueryProblem } from '../query/query-problem.ts'
import { hasHistory } from './read-window.ts'

/** Why a rule cannot be evaluated; `null` when it can. What a schema says is known already. */
export function refuseRule(rule: AlertRuleInput): string | null {
  const { condition, metric, dimension, filter } = rule
  if (!hasHistory(rule)) return 'A comparison with windows before needs windowMinutes of 1, 15, 60 or 1440.'
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
