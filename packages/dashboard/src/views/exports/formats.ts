import { EXPORT_FORMATS, type ExportFormat } from '@wayside/protocol'

const NAMES: Readonly<Record<ExportFormat, string>> = { csv: 'CSV', ndjson: 'NDJSON', parquet: 'Parquet', zip: 'Zipped CSV' }

/** Formats of files, for a reader to choose from. */
export const FORMATS = EXPORT_FORMATS.map((value) => ({ value, text: NAMES[value] }))
