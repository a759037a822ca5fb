import type { ExportFormat } from '@wayside/protocol'
import { toZoned } from '../query/calendar.ts'
import type { ExportContent } from './export-content.ts'

const ENDINGS: Readonly<Record<ExportFormat, string>> = { csv: 'csv', ndjson: 'ndjson', parquet: 'parquet', zip: 'csv.zip' }

/** What a file is called when it is saved: what it holds and of which days. Letters, digits, `-` and `.` alone. */
export function toFileName({ of, from, to }: Pick<ExportContent, 'of' | 'from' | 'to'>, format: ExportFormat, timeZone: string): string {
  const first = toDate(from, timeZone)
  const last = toDate(Math.max(from, to - 1), timeZone)
  const noun = of === 'requests' ? 'requests' : 'report'
  return `wayside-${noun}-${first}${last === first ? '' : `-to-${last}`}.${ENDINGS[format]}`
}

function toDate(instant: number, timeZone: string): string {
  return toZoned(instant, timeZone).toPlainDate().toString()
}
