import { dirname } from 'node:path'
import { stat } from 'node:fs/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import type { ExportColumn } from './export-table.ts'

const MEMORY_LIMIT = '256MB'

/**
 * Makes a Parquet file of lines of JSON, compressed with gzip, and answers with its bytes. The engine does it with a thread and a
 * little memory of its own, whichever store the rows are from. Tags are JSON text, instants timestamps in UTC.
 */
export async function writeParquet(linesPath: string, path: string, columns: readonly ExportColumn[], signal: AbortSignal): Promise<number> {
  signal.throwIfAborted()
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: MEMORY_LIMIT, temp_directory: `${path}.temp` })
  const connection = await instance.connect()
  const stop = () => connection.interrupt()
  signal.addEventListener('abort', stop)
  try {
    for (const statement of lockDown(dirname(path))) await connection.run(statement)
    await connection.run(`COPY (SELECT ${columns.map(toSelected).join(', ')} FROM ${toSource(linesPath, columns)}) TO ${quote(path)} (FORMAT parquet, COMPRESSION zstd)`)
  } finally {
    signal.removeEventListener('abort', stop)
    connection.closeSync()
    instance.closeSync()
  }
  return (await stat(path)).size
}

/** In this order: the last one makes the others final. */
function lockDown(folder: string): readonly string[] {
  return [
    'SET autoinstall_known_extensions = false',
    'SET autoload_known_extensions = false',
    `SET allowed_directories = [${quote(folder)}]`,
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ]
}

const TYPES: Readonly<Record<ExportColumn['type'], string>> = { text: 'VARCHAR', integer: 'BIGINT', number: 'DOUBLE', boolean: 'BOOLEAN', instant: 'BIGINT', tags: 'JSON' }

function toSource(linesPath: string, columns: readonly ExportColumn[]): string {
  const types = columns.map(({ name, type }) => `${quote(name)}: ${quote(TYPES[type])}`)
  return `read_json(${quote(linesPath)}, format = 'newline_delimited', compression = 'gzip', columns = {${types.join(', ')}}, maximum_object_size = 16777216)`
}

function toSelected({ name, type }: ExportColumn): string {
  const column = `"${name.replaceAll('"', '""')}"`
  if (type === 'instant') return `make_timestamp_ms(${column}) AS ${column}`
  return type === 'tags' ? `${column}::VARCHAR AS ${column}` : column
}

function quote(text: string): string {
  return `'${text.replaceAll(`'`, `''`)}'`
}
