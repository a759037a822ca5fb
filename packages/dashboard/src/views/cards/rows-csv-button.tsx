import { saveCsv } from './save-file.ts'
import { toCsv, type CsvValue } from './to-csv.ts'

export interface RowsCsvButtonProps {
  /** What is downloaded, such as `Producers`; the file is named after it. */
  readonly name: string
  readonly columns: readonly string[]
  /** Made when it is asked for. */
  readonly rows: () => readonly (readonly CsvValue[])[]
}

/** Downloads what a card shows, where that is no answer of a query of which the API writes a file. */
export function RowsCsvButton({ name, columns, rows }: RowsCsvButtonProps) {
  return (
    <button type="button" class="button button--small button--plain" aria-label={`CSV of ${name}`} onClick={() => saveCsv(name, toCsv(columns, rows()))}>
      CSV
    </button>
  )
}
