import { QUERY_LIMITS, type Filter, type Query } from '@wayside/protocol'
import type { TSchema } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { QueryProblem } from '../../query/query-problem.ts'
import { adviceOf, type Fault } from './advice-of.ts'
import { nearestWord } from '../../nearest-word.ts'
import { FILTER_FORMS, HAVING_FORMS, QuerySchema } from './query-schema.ts'

/** A query of an unknown value. Throws `QueryProblem` with what is wrong with it, where, and what is allowed. */
export function parseQuery(value: unknown): Query {
  if (!isQuery.Check(value)) throw toProblem('', isQuery.Errors(value), value)
  if (value.filter !== undefined) checkParts(value.filter, FILTERS, 1, '/filter')
  if (value.having !== undefined) checkParts(value.having, CONDITIONS, 1, '/having')
  return value
}

/** A filter written as JSON. */
export function parseFilterText(text: string): Filter {
  const filter = parseJson(text, '/filter')
  checkParts(filter, FILTERS, 1, '/filter')
  // Boundary: each of its parts has just been held against its schema.
  return filter as Filter
}

/** A query written as JSON. */
export function parseQueryText(text: string): Query {
  return parseQuery(parseJson(text, ''))
}

/** The value of a JSON text that stands at this place of a query. */
export function parseJson(text: string, pointer: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new QueryProblem(pointer, 'this is no JSON', { cause })
  }
}

/** Parts are checked by one level at a time, so that nesting is bounded before it costs anything. */
const parts = { 'Filter#': Type.Unknown(), 'Having#': Type.Unknown() }
const isQuery = Compile(parts, QuerySchema)
const FILTERS = toForms('filter', FILTER_FORMS)
const CONDITIONS = toForms('condition', HAVING_FORMS)

interface Forms {
  readonly name: string
  readonly words: readonly string[]
  readonly byWord: ReadonlyMap<unknown, { Check(value: unknown): boolean; Errors(value: unknown): readonly Fault[] }>
}

function toForms(name: string, forms: readonly { readonly words: readonly string[]; readonly schema: TSchema }[]): Forms {
  const byWord = new Map(
    forms.flatMap(({ words, schema }) => {
      const form = Compile(parts, schema)
      return words.map((word) => [word, form] as const)
    }),
  )
  return { name, words: [...byWord.keys()], byWord }
}

function checkParts(part: unknown, forms: Forms, depth: number, pointer: string): void {
  const { name, words, byWord } = forms
  if (depth > QUERY_LIMITS.filterDepth) throw new QueryProblem(pointer, `the ${name} is nested deeper than ${QUERY_LIMITS.filterDepth}: put parts beside each other`)
  if (!Array.isArray(part)) throw new QueryProblem(pointer, `a ${name} is a list that begins with one of ${words.join(', ')}`)
  const [word, inner]: readonly unknown[] = part
  const form = byWord.get(word)
  if (form === undefined) {
    const meant = typeof word === 'string' ? nearestWord(word, words) : null
    throw new QueryProblem(`${pointer}/0`, `${meant === null ? '' : `did you mean "${meant}"? `}a ${name} begins with one of ${words.join(', ')}`)
  }
  if (!form.Check(part)) throw toProblem(pointer, form.Errors(part), part)
  if (word === 'not') checkParts(inner, forms, depth + 1, `${pointer}/1`)
  else if ((word === 'and' || word === 'or') && Array.isArray(inner)) for (const [at, each] of inner.entries()) checkParts(each, forms, depth + 1, `${pointer}/1/${at}`)
}

function toProblem(pointer: string, faults: readonly Fault[], value: unknown): QueryProblem {
  const advice = adviceOf(faults, value)
  return new QueryProblem(pointer + advice.pointer, advice.message)
}
