import { createWriteStream } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { ExportFormat } from '@wayside/protocol'
import { ZipFile } from 'yazl'
import { syncFile } from '../files/sync.ts'
import { toCsvHead, toCsvLine } from './csv-line.ts'
import type { ExportColumn, ExportRow, ExportTable } from './export-table.ts'
import { writeParquet } from './write-parquet.ts'

export interface FileToWrite {
  readonly path: string
  readonly format: ExportFormat
  readonly table: ExportTable
  /** What a CSV file inside a zip file is called. */
  readonly innerName: string
  /** Told after each page how many rows have been taken in. */
  readonly onRows: (rows: number) => void
  /** Told how many bytes were written since it was told last. What it throws ends the work. */
  readonly onBytes: (bytes: number) => void
  readonly signal: AbortSignal
}

/** Writes a new file and returns once it is on disk. What was written of one that fails is left to the caller. */
export async function writeFile(file: FileToWrite): Promise<void> {
  const { path, format, table } = file
  switch (format) {
    case 'csv':
      await writeText(file, toCsv(file))
      break
    case 'ndjson':
      await writeText(file, toNdjson(file))
      break
    case 'zip':
      await writeZip(file, toCsv(file))
      break
    case 'parquet': {
      const lines = `${path}.gz`
      await pipeline(Readable.from(toNdjson(file)), createGzip({ level: 1 }), count(file.onBytes), createWriteStream(lines, NEW_FILE), { signal: file.signal })
      file.onBytes(await writeParquet(lines, path, table.columns, file.signal))
      await unlink(lines)
      break
    }
  }
  await syncFile(path)
}

const NEW_FILE = { flags: 'wx', mode: 0o600 } as const

async function writeText({ path, onBytes, signal }: FileToWrite, chunks: AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(chunks), count(onBytes), createWriteStream(path, NEW_FILE), { signal })
}

async function writeZip({ path, innerName, onBytes, signal }: FileToWrite, chunks: AsyncIterable<string>): Promise<void> {
  const content = Readable.from(chunks, { objectMode: false })
  const zip = new ZipFile()
  // It looks at no failure of its content.
  const failed = new AbortController()
  content.on('error', (error) => failed.abort(error))
  zip.addReadStream(content, innerName)
  zip.end()
  try {
    await pipeline(zip.outputStream, count(onBytes), createWriteStream(path, NEW_FILE), { signal: AbortSignal.any([signal, failed.signal]) })
  } catch (error) {
    throw failed.signal.aborted ? failed.signal.reason : error
  } finally {
    content.destroy()
  }
}

function count(onBytes: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        onBytes(chunk.length)
        done(null, chunk)
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
  })
}

async function* toCsv({ table: { columns, pages }, onRows }: FileToWrite): AsyncGenerator<string> {
  yield toCsvHead(columns)
  yield* inChunks(pages, (row) => toCsvLine(columns, row), onRows)
}

function toNdjson({ table: { columns, pages }, onRows }: FileToWrite): AsyncGenerator<string> {
  return inChunks(pages, (row) => toJsonLine(columns, row), onRows)
}

function toJsonLine(columns: readonly ExportColumn[], row: ExportRow): string {
  return `${JSON.stringify(Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])))}\n`
}

const CHUNK_ROWS = 64

/** Short pieces of work, between which a server does what is more urgent. */
async function* inChunks(pages: AsyncIterable<readonly ExportRow[]>, toLine: (row: ExportRow) => string, onRows: (rows: number) => void): AsyncGenerator<string> {
  let rows = 0
  for await (const page of pages) {
    for (let at = 0; at < page.length; at += CHUNK_ROWS) {
      yield page.slice(at, at + CHUNK_ROWS).map(toLine).join('')
      await new Promise(setImmediate)
    }
    onRows((rows += page.length))
  }
}
