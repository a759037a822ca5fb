import type { QueryAnswer } from '@wayside/protocol'
import { toCsvHead, toCsvLine } from '../../export/csv-line.ts'
import { flatColumns, flatRows } from '../../query/flat-rows.ts'

/** An answer as CSV, line by line, with a header. */
export function* toCsv(answer: QueryAnswer): Generator<string> {
  const columns = flatColumns(answer)
  yield toCsvHead(columns)
  for (const row of flatRows(answer)) yield toCsvLine(columns, row)
}
