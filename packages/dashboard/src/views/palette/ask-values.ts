import type { Dimension, Query, QueryAnswer } from '@wayside/protocol'
import { toRows } from '../../api/rows.ts'
import { toQueryScope, type Scope } from '../../state/scope.ts'
import { toSearchFilter } from '../../state/search.ts'
import { DIMENSION_NAMES, nameValue } from '../dimension-words.ts'
import type { Command } from './commands.ts'

/** Those that readers know by their text. */
const SEARCHED: readonly Dimension[] = ['endpoint', 'consumer', 'client', 'host', 'serviceVersion']
const VALUES_EACH = 5
/** Shorter texts are in too many values to say anything. */
const MIN_LENGTH = 2

/** Asks which values in the chosen time contain a text; `null` while the text is too short. */
export function askValues(scope: Scope, text: string): Readonly<Record<string, Query>> | null {
  if (text.trim().length < MIN_LENGTH) return null
  const toQuery = (dimension: Dimension): Query => ({
    ...toQueryScope({ ...scope, chips: [] }, toSearchFilter(dimension, text)),
    metrics: ['requests'],
    dimensions: [dimension],
    limit: VALUES_EACH,
  })
  return Object.fromEntries(SEARCHED.map((dimension) => [dimension, toQuery(dimension)]))
}

/** A line for each value: it sets the filter, or takes it away. */
export function toValueCommands(answers: Readonly<Record<string, QueryAnswer>>): readonly Command[] {
  return SEARCHED.flatMap((dimension) => {
    const answer = answers[dimension]
    const values = answer === undefined ? [] : toRows(answer).map(({ keys: [value = null] }) => value)
    return values.flatMap((value): Command[] => {
      const name = nameValue(dimension, value)
      return name === null ? [] : [{ group: DIMENSION_NAMES[dimension], name, action: { kind: 'filter', chip: { kind: 'value', dimension, isExcluded: false, value } } }]
    })
  })
}
