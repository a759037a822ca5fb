import type { QueryAnswer } from '@wayside/protocol'
import { flatColumns, flatRows } from '../../query/flat-rows.ts'

/** An answer as one JSON object a line, with the columns as names. */
export function* toNdjson(answer: QueryAnswer): Generator<string> {
  const names = flatColumns(answer).map(({ name }) => name)
  for (const row of flatRows(answer)) yield `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])))}\n`
}
