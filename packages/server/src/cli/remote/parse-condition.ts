import { DIMENSIONS, QUANTITIES, type Comparison, type Dimension, type DimensionValue, type Filter } from '@wayside/protocol'
import { SettingError } from '../../config/settings.ts'

const FORM = /^(tag:[^=!<>~^*]+|\w+)(!=|>=|<=|\^=|\*=|=|>|<|~)(.*)$/s

const TEXT_OPERATORS = { '=': 'is', '!=': 'isNot', '^=': 'startsWith', '*=': 'contains', '~': 'matches' } as const
const COMPARED = { '>': 'gt', '>=': 'gte', '<': 'lt', '<=': 'lte' } as const satisfies Readonly<Record<string, Comparison>>

/** A condition as people type it, such as `status>=500` or `route^=/users`, as a filter of queries. */
export function parseCondition(text: string): Filter {
  const [, name = '', operator = '', value = ''] = FORM.exec(text) ?? []
  if (operator in COMPARED) {
    const quantity = QUANTITIES.find((each) => each === name)
    const number = Number(value)
    if (quantity === undefined || value.trim() === '' || !Number.isFinite(number)) throw refuse(text, `compare ${QUANTITIES.join(', ')} with a number, such as durationMs>500`)
    return [COMPARED[operator as keyof typeof COMPARED], quantity, number]
  }
  if (!(operator in TEXT_OPERATORS)) throw refuse(text, 'write NAME=VALUE, with = != ^= (begins with) *= (contains) ~ (matches) > >= < <=')
  if (!isDimension(name)) throw refuse(text, `name one of ${DIMENSIONS.join(', ')} or tag:NAME`)
  return [TEXT_OPERATORS[operator as keyof typeof TEXT_OPERATORS], name, [toValue(name, operator, value)]]
}

/** `status=404` is a number and `bot=true` a boolean; an empty value is the unknown one. */
function toValue(dimension: Dimension | `tag:${string}`, operator: string, value: string): DimensionValue {
  if (value === '' && (operator === '=' || operator === '!=')) return null
  if (dimension === 'status' && /^\d+$/.test(value)) return Number(value)
  if (dimension === 'bot' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

function isDimension(name: string): name is Dimension | `tag:${string}` {
  return name.startsWith('tag:') || DIMENSIONS.some((each) => each === name)
}

function refuse(text: string, rule: string): SettingError {
  return new SettingError(`--where must be a condition, got ${JSON.stringify(text)}; ${rule}`)
}
