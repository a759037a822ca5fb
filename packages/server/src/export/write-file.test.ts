import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import type { ExportFormat } from '@wayside/protocol'
import { expect, onTestFinished, test } from 'vitest'
import type { ExportColumn, ExportRow } from './export-table.ts'
import { writeFile } from './write-file.ts'

const COLUMNS: readonly ExportColumn[] = [
  { name: 'id', type: 'integer' },
  { name: 'time', type: 'instant' },
  { name: `it's "quoted"`, type: 'text' },
  { name: 'share', type: 'number' },
  { name: 'bot', type: 'boolean' },
  { name: 'tags', type: 'tags' },
]
const ROWS: readonly ExportRow[] = [
  [9_007_199_254_740_991, Date.UTC(2026, 0, 2, 3, 4, 5, 678), '=HYPERLINK("http://x")', 0.25, true, { plan: 'pro', "o'k": '"' }],
  [2, Date.UTC(1970, 0, 1), 'two\r\nlines, "é" 😀', -1.5, false, null],
  [3, null, null, null, null, null],
]

async function* inPages(rows: readonly ExportRow[], size: number): AsyncGenerator<readonly ExportRow[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size)
}

interface Writing {
  readonly pages?: AsyncIterable<readonly ExportRow[]>
  readonly onBytes?: (bytes: number) => void
  readonly signal?: AbortSignal
}

async function write(format: ExportFormat, { pages = inPages(ROWS, 2), onBytes = () => undefined, signal = new AbortController().signal }: Writing = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'file')
  const rows: number[] = []
  let bytes = 0
  const count = (more: number) => {
    bytes += more
    onBytes(more)
  }
  await writeFile({ path, format, table: { columns: COLUMNS, expectedRows: null, pages }, innerName: 'requests.csv', onRows: (done) => rows.push(done), onBytes: count, signal })
  return { folder, path, rows, bytes }
}

const CSV = [
  `id,time,"it's ""quoted""",share,bot,tags`,
  `9007199254740991,2026-01-02T03:04:05.678Z,"'=HYPERLINK(""http://x"")",0.25,true,"{""plan"":""pro"",""o'k"":""\\""""}"`,
  `2,1970-01-01T00:00:00.000Z,"two\r\nlines, ""é"" 😀",-1.5,false,`,
  '3,,,,,',
  '',
].join('\r\n')

test('row 62: CSV has a header, ISO times, and nothing that a spreadsheet runs', async () => {
  const { path, rows, bytes } = await write('csv')

  expect(await readFile(path, 'utf8')).toBe(CSV)
  expect([rows, bytes]).toEqual([[2, 3], Buffer.byteLength(CSV)])
})

test('NDJSON has an object a line, as the API shows it', async () => {
  const { path } = await write('ndjson')

  const lines = (await readFile(path, 'utf8')).split('\n')
  const names = COLUMNS.map(({ name }) => name)
  expect(lines.pop()).toBe('')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(ROWS.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]]))))
})

test('a zip file holds the same CSV', async () => {
  const { path } = await write('zip')

  expect(readZip(await readFile(path))).toEqual({ name: 'requests.csv', text: CSV })
})

test('a Parquet file has typed columns, and nothing else is left of making it', async () => {
  const { folder, path } = await write('parquet')

  const connection = await (await DuckDBInstance.create()).connect()
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM read_parquet('${path}')`)
  expect(described.getRows().map(([name, type]) => [name, type])).toEqual([
    ['id', 'BIGINT'],
    ['time', 'TIMESTAMP'],
    [`it's "quoted"`, 'VARCHAR'],
    ['share', 'DOUBLE'],
    ['bot', 'BOOLEAN'],
    ['tags', 'VARCHAR'],
  ])
  const read = await connection.runAndReadAll(`SELECT id, epoch_ms(time), "it's ""quoted""", share, bot, tags FROM read_parquet('${path}') ORDER BY id DESC`)
  expect(read.getRowsJson()).toEqual([ROWS[0], ROWS[2], ROWS[1]].map((row) => row?.map((value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : typeof value === 'number' && Number.isInteger(value) ? String(value) : value))))
  expect(await readdir(folder)).toEqual(['file'])
})

test.each(['csv', 'ndjson', 'zip', 'parquet'] as const)('rows that cannot be read on end a %s file with their reason', async (format) => {
  async function* broken(): AsyncGenerator<readonly ExportRow[]> {
    yield ROWS
    throw new Error('the store is away')
  }

  await expect(write(format, { pages: broken() })).rejects.toThrow('the store is away')
})

test.each(['csv', 'ndjson', 'zip', 'parquet'] as const)('a %s file that grows too large ends with what the one who counts its bytes says', async (format) => {
  const endless: AsyncIterable<readonly ExportRow[]> = {
    async *[Symbol.asyncIterator]() {
      for (;;) yield ROWS
    },
  }
  let bytes = 0
  const onBytes = (more: number) => {
    bytes += more
    if (bytes > 5_000) throw new Error('too large')
  }

  await expect(write(format, { pages: endless, onBytes })).rejects.toThrow('too large')
})

test('a signal ends a file that nobody wants any more', async () => {
  const stop = new AbortController()
  async function* waiting(): AsyncGenerator<readonly ExportRow[]> {
    yield ROWS
    stop.abort(new Error('not wanted'))
    yield ROWS
  }

  await expect(write('csv', { pages: waiting(), signal: stop.signal })).rejects.toThrow('aborted')
})

/** The one file in a zip file, found as programs find it: by the directory at its end. */
function readZip(bytes: Buffer): { readonly name: string; readonly text: string } {
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006'))
  const entry = bytes.readUInt32LE(end + 16)
  const nameLength = bytes.readUInt16LE(entry + 28)
  const name = bytes.toString('utf8', entry + 46, entry + 46 + nameLength)
  const local = bytes.readUInt32LE(entry + 42)
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
  return { name, text: inflateRawSync(bytes.subarray(start, start + bytes.readUInt32LE(entry + 20))).toString('utf8') }
}
