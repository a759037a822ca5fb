import type { DimensionValue, QueryAnswer, QueryColumn } from '@wayside/protocol'
import { flatColumns, flatRows } from './flat-rows.ts'

/**
 * An answer as CSV of RFC 4180, line by line, with a header. Time is ISO 8601 in UTC, what is unknown is empty. A text that
 * a spreadsheet would take for a formula begins with an apostrophe.
 */
export function* toCsv(answer: QueryAnswer): Generator<string> {
  const columns = flatColumns(answer)
  yield toLine(columns.map(({ name }) => escape(name)))
  for (const row of flatRows(answer)) yield toLine(row.map((value, at) => toCell(value, columns[at]?.type ?? 'text')))
}

function toLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`
}

function toCell(value: DimensionValue, type: QueryColumn['type']): string {
  if (value === null) return ''
  if (typeof value === 'string') return escape(FORMULA.test(value) ? `'${value}` : value)
  return type === 'instant' ? new Date(Number(value)).toISOString() : String(value)
}

/** What starts a formula in one spreadsheet or another, behind blanks too. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/

function escape(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
