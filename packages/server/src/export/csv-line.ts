import { toCsvText } from '@wayside/protocol'
import type { ExportColumn, ExportRow, ExportValue } from './export-table.ts'

/**
 * A line of CSV as RFC 4180 has it. Time is ISO 8601 in UTC, what is unknown is empty, tags are JSON. A text that a spreadsheet
 * would take for a formula begins with an apostrophe.
 */
export function toCsvLine(columns: readonly Pick<ExportColumn, 'type'>[], row: ExportRow): string {
  return `${row.map((value, at) => toCell(value, columns[at]?.type ?? 'text')).join(',')}\r\n`
}

/** The first line. */
export function toCsvHead(columns: readonly Pick<ExportColumn, 'name'>[]): string {
  return `${columns.map(({ name }) => toCsvText(name)).join(',')}\r\n`
}

function toCell(value: ExportValue, type: ExportColumn['type']): string {
  if (value === null) return ''
  if (typeof value === 'object') return toCsvText(JSON.stringify(value))
  if (typeof value === 'string') return toCsvText(value)
  return type === 'instant' ? new Date(Number(value)).toISOString() : String(value)
}
