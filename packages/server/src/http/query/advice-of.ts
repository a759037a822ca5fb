import { quote } from '../problem.ts'
import { nearestWord } from '../../nearest-word.ts'

/** What a validator says about a value, in the words of JSON Schema. */
export interface Fault {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

/** What is wrong with a value that fits no schema, in words for people, and where. */
export function adviceOf(faults: readonly Fault[], value: unknown): { readonly pointer: string; readonly message: string } {
  const told = faults.filter(({ keyword }) => keyword !== 'boolean')
  const [first] = told.toSorted((a, b) => rank(b) - rank(a))
  if (first === undefined) return { pointer: '', message: 'this is no query' }
  const beside = told.filter(({ instancePath }) => instancePath === first.instancePath)
  return { pointer: first.instancePath, message: toMessage(first, beside, valueAt(value, first.instancePath)) }
}

/** Of the alternatives that a value fits none of, the one is meant that it comes furthest in. */
function rank({ keyword, instancePath }: Fault): number {
  const depth = instancePath.split('/').length
  return depth * 10 + (['required', 'additionalProperties'].includes(keyword) ? 3 : keyword === 'enum' ? 2 : keyword === 'anyOf' ? 0 : 1)
}

function toMessage({ keyword, params, message }: Fault, beside: readonly Fault[], value: unknown): string {
  switch (keyword) {
    case 'additionalProperties':
      return `there is no ${listOf(params, 'additionalProperties').map(quote).join(', ')} here: leave it out`
    case 'required':
      return `${listOf(params, 'requiredProperties').map(quote).join(', ')} is missing`
    default:
      break
  }
  const words = beside.flatMap(({ params: each }) => listOf(each, 'allowedValues'))
  if (words.length === 0) return `${message}; got ${quote(value)}`
  const meant = typeof value === 'string' ? nearestWord(value, words) : null
  const others = [
    ...(beside.some(({ keyword: each }) => each === 'pattern') ? ['tag: and the name of a tag'] : []),
    ...(beside.some((each) => each.keyword === 'type' && 'type' in each.params && each.params.type === 'object') ? ['an object with "from" and "to"'] : []),
  ]
  return `${quote(value)} is not known here. ${meant === null ? '' : `Did you mean "${meant}"? `}Use ${[...new Set(words), ...others].join(', ')}`
}

function listOf(params: object, name: string): readonly string[] {
  const value: unknown = new Map(Object.entries(params)).get(name)
  return Array.isArray(value) ? value.map(String) : []
}

function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce((inner: unknown, name) => (typeof inner === 'object' && inner !== null ? new Map<string, unknown>(Object.entries(inner)).get(name) : undefined), value)
}
