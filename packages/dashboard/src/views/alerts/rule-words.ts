import { METRIC_WORDS, toMetricText, type AlertRuleInput, type Comparison, type Dimension, type DimensionValue, type Filter, type TagDimension } from '@wayside/protocol'
import { nameDimension, nameValue } from '../dimension-words.ts'

const COMPARED: Readonly<Record<Comparison, string>> = { gt: 'above', gte: 'at least', lt: 'below', lte: 'at most' }
const LENGTHS: Readonly<Record<AlertRuleInput['windowMinutes'], string>> = { 1: 'a minute', 5: '5 minutes', 15: '15 minutes', 60: 'an hour', 1_440: 'a day' }
const HELD = { is: 'is', isNot: 'is not', contains: 'contains', startsWith: 'starts with', matches: 'matches' } as const

/** What a rule tells of, in one sentence without an end. */
export function describeRule(rule: Pick<AlertRuleInput, 'metric' | 'filter' | 'dimension' | 'windowMinutes' | 'condition' | 'consecutive' | 'minRequests'>): string {
  const { metric, filter, dimension, windowMinutes, consecutive, minRequests } = rule
  const parts = [
    `${METRIC_WORDS[metric].name} of ${dimension === null ? 'all' : `each ${toLowerFirst(nameDimension(dimension))}`} in ${nameWindow(windowMinutes)} ${describeCondition(rule)}`,
    ...(consecutive > 1 ? [`${consecutive} times in a row`] : []),
    ...(minRequests > 0 ? [`with at least ${minRequests} requests`] : []),
    ...(filter === null ? [] : [`where ${describeFilter(filter)}`]),
  ]
  return parts.join(', ')
}

export function nameWindow(minutes: AlertRuleInput['windowMinutes']): string {
  return LENGTHS[minutes]
}

function describeCondition({ metric, condition, windowMinutes }: Pick<AlertRuleInput, 'metric' | 'condition' | 'windowMinutes'>): string {
  switch (condition.kind) {
    case 'threshold':
      return `is ${COMPARED[condition.comparison]} ${toMetricText(metric, condition.value)}`
    case 'percentile':
      return `is above ${condition.factor} times the p${condition.percentile} of the ${condition.history} before`
    case 'band':
      return `is above the p${condition.high} or below the p${condition.low} of the ${condition.history} before`
    case 'newValue':
      return `has a value that ${condition.history} times ${nameWindow(windowMinutes)} before had not`
    case 'accessPattern':
      return `go from one endpoint to another as hardly ever (below ${condition.probability} of the steps within ${condition.withinMinutes} minutes, after ${condition.minEvents} requests)`
    case 'unseenSource':
      return `come from an address that was not seen in ${condition.staleDays} days (after ${condition.minEvents} requests)`
  }
}

/** A filter in words; parts of parts stand in brackets. */
export function describeFilter(filter: Filter): string {
  switch (filter[0]) {
    case 'and':
    case 'or':
      return filter[1].map((each) => (each[0] === 'and' || each[0] === 'or' ? `(${describeFilter(each)})` : describeFilter(each))).join(` ${filter[0]} `)
    case 'not':
      return `not (${describeFilter(filter[1])})`
    case 'exists':
      return `${filter[1]} is known`
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return `${filter[1]} is ${COMPARED[filter[0]]} ${filter[2]}`
    default:
      return `${toLowerFirst(nameDimension(filter[1]))} ${HELD[filter[0]]} ${nameValues(filter[1], filter[2])}`
  }
}

function nameValues(dimension: Dimension | TagDimension, values: readonly DimensionValue[]): string {
  return values.map((value) => nameValue(dimension, value) ?? 'unknown').join(' or ')
}

/** Abbreviations stay as they are. */
function toLowerFirst(name: string): string {
  return /^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name
}
