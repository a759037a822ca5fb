import { toCsvText } from '@wayside/protocol'

/** `null` is an empty cell. */
export type CsvValue = string | number | boolean | null

/** A file of CSV with a header, as the API writes its own. */
export function toCsv(columns: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(toCell).join(',')}\r\n`).join('')
}

function toCell(value: CsvValue): string {
  return typeof value === 'string' ? toCsvText(value) : String(value ?? '')
}
