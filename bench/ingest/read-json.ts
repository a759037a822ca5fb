import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { openDatabase } from '../../packages/server/src/store/duckdb/database.ts'
import { events } from '../fixture.ts'

const MEMORY_LIMIT_BYTES = 1024 ** 3
const LINES_AT_ONCE = 10_000

/**
 * How many of the fixture's events a CPU second the engine alone loads: from lines of JSON that lie on disk, with one
 * thread, into a table on disk, without an index, sums, a ledger or a network. An upper bound for whatever rests on it.
 */
export async function measureReadJson(count: number): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wayside-read-json-'))
  try {
    const database = await openDatabase({ dataDir, memoryLimitBytes: MEMORY_LIMIT_BYTES, threads: 1 })
    const connection = await database.connect()
    const path = join(dataDir, 'journal', 'events.ndjson')
    await writeEvents(path, count)
    const before = process.cpuUsage()
    await connection.run(`CREATE TABLE plain AS SELECT * FROM read_json('${path}', format = 'newline_delimited')`)
    const { user, system } = process.cpuUsage(before)
    connection.closeSync()
    database.close()
    return (count * 1e6) / (user + system)
  } finally {
    await rm(dataDir, { recursive: true })
  }
}

async function writeEvents(path: string, count: number): Promise<void> {
  const source = events()
  const file = await open(path, 'w')
  try {
    for (let written = 0; written < count; written += LINES_AT_ONCE) {
      const lines = Array.from({ length: Math.min(LINES_AT_ONCE, count - written) }, () => `${JSON.stringify(source.next().value)}\n`)
      await file.write(lines.join(''))
    }
  } finally {
    await file.close()
  }
}
