import { METRIC_WORDS, toMetricText, type AlertRuleInput, type Comparison } from '@wayside/protocol'

const COMPARED: Readonly<Record<Comparison, string>> = { gt: 'above', gte: 'at least', lt: 'below', lte: 'at most' }

type Watched = Pick<AlertRuleInput, 'name' | 'metric' | 'dimension' | 'windowMinutes' | 'condition'>

/** One line that says what was found. */
export function toMessage(rule: Watched, value: string, observed: number | null, bound: number | null, finding?: string): string {
  if (finding !== undefined) return `${rule.name}: ${rule.dimension ?? 'somebody'} ${value} ${finding}`
  if (rule.condition.kind === 'newValue') return `${rule.name}: ${rule.dimension ?? 'requests'} ${value} was not there before`
  const { name, unit } = METRIC_WORDS[rule.metric]
  const where = rule.dimension === null ? '' : ` of ${rule.dimension} ${value}`
  if (observed === null) return `${rule.name}: ${name}${where}`
  const are = unit === 'count' || unit === 'bytes' ? 'were' : 'was'
  return `${rule.name}: ${name}${where} ${are} ${toMetricText(rule.metric, observed)} in ${toTime(rule.windowMinutes)}${bound === null ? '' : `, ${toBound(rule, observed, bound)}`}`
}

function toBound({ metric, condition }: Watched, observed: number, bound: number): string {
  const held = condition.kind === 'threshold' ? COMPARED[condition.comparison] : `expected at ${observed < bound ? 'least' : 'most'}`
  return `${held} ${toMetricText(metric, bound)}`
}

function toTime(minutes: number): string {
  if (minutes === 1_440) return 'a day'
  if (minutes === 60) return 'an hour'
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}
