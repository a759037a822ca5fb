import type { ExportJob } from '@wayside/client'

/** How far a file is, such as `1,234 of about 10,000 rows, 12 %, 3.4 MiB`. */
export function toProgressLine({ state, rows, expectedRows, bytes }: ExportJob): string {
  if (state === 'queued') return 'waiting for other exports'
  const size = `${(bytes / 1_048_576).toFixed(1)} MiB`
  const count = rows.toLocaleString('en')
  if (expectedRows === null || expectedRows === 0) return `${count} rows, ${size}`
  return `${count} of about ${expectedRows.toLocaleString('en')} rows, ${Math.min(100, Math.floor((rows / expectedRows) * 100))} %, ${size}`
}
