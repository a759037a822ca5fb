import type { AlertRuleInput } from '@wayside/protocol'

const WORDS = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

/** One line that says what was found. */
export function toMessage(rule: Pick<AlertRuleInput, 'name' | 'metric' | 'dimension' | 'windowMinutes' | 'condition'>, value: string, observed: number | null, bound: number | null, finding?: string): string {
  if (finding !== undefined) return `${rule.name}: ${rule.dimension ?? 'somebody'} ${value} ${finding}`
  const where = rule.dimension === null ? '' : ` of ${rule.dimension} ${value}`
  const what = observed === null ? rule.metric : `${rule.metric}${where} was ${WORDS.format(observed)} in ${toTime(rule.windowMinutes)}`
  if (rule.condition.kind === 'newValue') return `${rule.name}: ${rule.dimension ?? 'requests'} ${value} was not there before`
  return `${rule.name}: ${what}${bound === null ? '' : `, held against ${WORDS.format(bound)}`}`
}

function toTime(minutes: number): string {
  if (minutes === 1_440) return 'a day'
  if (minutes === 60) return 'an hour'
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}
