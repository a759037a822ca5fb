import { ALERT_SEVERITIES, ALERT_WINDOWS, COMPARISONS, DETECTORS, METRICS, type AlertCondition, type AlertRule, type AlertRuleInput, type Filter } from '@wayside/protocol'

/** What a form of a rule holds, as texts. */
export type RuleFields = Readonly<Record<RuleField, string>>
export type RuleField =
  | ('name' | 'metric' | 'filter' | 'dimension' | 'window' | 'kind' | 'consecutive' | 'minRequests' | 'severity' | 'suppress' | 'recover')
  | ('comparison' | NumberField)
/** Figures of a condition. */
export type NumberField = 'value' | 'percentile' | 'factor' | 'low' | 'high' | 'history' | 'minHistory' | 'minExpected' | 'probability' | 'withinMinutes' | 'minEvents' | 'staleDays'

/** What the API takes. A number that is none, or a filter that cannot be read, goes along as it is: the server refuses it with what to change. */
export function toRuleInput(fields: RuleFields, channels: readonly string[]): Partial<AlertRuleInput> {
  const { name, metric, filter, dimension, window, consecutive, minRequests, severity, suppress, recover } = fields
  return {
    name: name.trim(),
    metric: METRICS.find((each) => each === metric) ?? 'requests',
    filter: parseFilter(filter),
    // The boundary cast: it is one of those that the form offers, or that of the rule.
    dimension: dimension === '' ? null : (dimension as AlertRuleInput['dimension']),
    windowMinutes: ALERT_WINDOWS.find((each) => String(each) === window) ?? 1,
    condition: toCondition(fields),
    consecutive: toNumber(consecutive),
    minRequests: toNumber(minRequests),
    severity: ALERT_SEVERITIES.find((each) => each === severity) ?? 'moderate',
    suppressMinutes: toNumber(suppress),
    recoverMinutes: toNumber(recover),
    channels,
  }
}

/** What a form begins with: that of a rule, or of a new one. */
export function toRuleFields(rule: AlertRuleInput | null): RuleFields {
  if (rule === null) return NEW
  const { name, metric, filter, dimension, windowMinutes, condition, consecutive, minRequests, severity, suppressMinutes, recoverMinutes } = rule
  const figures = Object.fromEntries(Object.entries(condition).map(([field, value]) => [field, String(value)]))
  return {
    ...NEW,
    ...figures,
    name,
    metric,
    filter: filter === null ? '' : JSON.stringify(filter),
    dimension: dimension ?? '',
    window: String(windowMinutes),
    consecutive: String(consecutive),
    minRequests: String(minRequests),
    severity,
    suppress: String(suppressMinutes),
    recover: String(recoverMinutes),
  }
}

/** With another kind of condition: detectors watch requests of each consumer, in few minutes. */
export function withKind(fields: RuleFields, kind: string): RuleFields {
  const isDetector = DETECTORS.some((each) => each === kind)
  return { ...fields, kind, ...(isDetector && { metric: 'requests', dimension: 'consumer', window: '5', minRequests: '0' }) }
}

/** What of a rule can be given again, for a dry run. */
export function withoutState({ id: _id, createdAt: _createdAt, evaluatedUntil: _evaluatedUntil, fault: _fault, firing: _firing, ...input }: AlertRule): AlertRuleInput {
  return input
}

const NEW: RuleFields = {
  ...{ name: '', metric: 'errorRate', filter: '', dimension: 'endpoint', window: '5', kind: 'threshold', consecutive: '1', minRequests: '20', severity: 'moderate', suppress: '10', recover: '10' },
  ...{ comparison: 'gt', value: '0.05', percentile: '95', factor: '1.5', low: '1', high: '99', history: '168', minHistory: '8', minExpected: '20' },
  ...{ probability: '0.01', withinMinutes: '60', minEvents: '500', staleDays: '30' },
}

function toCondition(fields: RuleFields): AlertCondition {
  const of = (field: NumberField) => toNumber(fields[field])
  const [history, minHistory] = [of('history'), of('minHistory')]
  switch (fields.kind) {
    case 'percentile':
      return { kind: 'percentile', percentile: of('percentile'), factor: of('factor'), history, minHistory }
    case 'band':
      return { kind: 'band', low: of('low'), high: of('high'), history, minHistory, minExpected: of('minExpected') }
    case 'newValue':
      return { kind: 'newValue', history }
    case 'accessPattern':
      return { kind: 'accessPattern', probability: of('probability'), withinMinutes: of('withinMinutes'), minEvents: of('minEvents') }
    case 'unseenSource':
      return { kind: 'unseenSource', minEvents: of('minEvents'), staleDays: of('staleDays') }
    default:
      return { kind: 'threshold', comparison: COMPARISONS.find((each) => each === fields.comparison) ?? 'gt', value: of('value') }
  }
}

function parseFilter(text: string): Filter | null {
  if (text.trim() === '') return null
  try {
    // The boundary cast: the server checks it.
    return JSON.parse(text) as Filter
  } catch {
    return text as unknown as Filter
  }
}

/** What is no number goes as the text that it is: as NaN it would arrive as null, which is taken for 0. */
function toNumber(text: string): number {
  const value = Number(text)
  return text.trim() === '' || Number.isNaN(value) ? (text as unknown as number) : value
}
