import type { DuckDBConnection } from '@duckdb/node-api'
import type { Failpoints } from '../../failpoints.ts'
import { checkpoint } from './checkpoint.ts'
import { inTransaction } from './in-transaction.ts'
import type { Session } from './session.ts'

/** What holds texts of requests. The ledger names batches alone. */
const TABLES = ['events', 'first_seen', 'error_stacks', 'shed', 'dropped', 'producers'] as const

const FILLER = 'filler'
const FILLER_BYTES = 8
/** Blocks beyond those that are free: the engine takes some for what it keeps about tables. */
const SPARE_BLOCKS = 4
/** The engine describes its tables in parts of blocks. */
const PARTS_PER_BLOCK = 64

/**
 * Overwrites what was removed from the database, so that nothing of it is left in the file. Removed rows stay beside those
 * that are kept, and in the statistics of their table, until it is written anew; its old blocks are free then, and stay as
 * they are until something else is written there. To call when the events are in files of their days.
 */
export async function eraseTraces(session: Session, failpoint: Failpoints): Promise<void> {
  const { pool, writer } = session
  await pool.between(() => inTransaction(writer, () => renewTables(writer)))
  await checkpoint(session, failpoint)
  await fill(writer)
  await checkpoint(session, failpoint)
  failpoint('traces.filled')
  await dropFiller(writer)
  await checkpoint(session, failpoint)
}

/**
 * Takes all free blocks, with hashes, which are not compressed; and the free parts of those in which the engine describes its
 * tables, with a comment. Of texts that were the least or the greatest of a column their beginning stands there.
 */
async function fill(writer: DuckDBConnection): Promise<void> {
  const blocks = await readNumbers(writer, 'SELECT free_blocks, block_size FROM pragma_database_size() WHERE database_name = current_database()')
  const [parts = 0] = await readNumbers(writer, 'SELECT coalesce(sum(len(free_list)), 0) FROM pragma_metadata_info()')
  const [freeBlocks = 0, blockBytes = 0] = blocks
  await writer.run(`CREATE OR REPLACE TABLE ${FILLER} AS SELECT hash(i) AS n FROM range(${(freeBlocks + SPARE_BLOCKS) * (blockBytes / FILLER_BYTES)}) numbers(i)`)
  await writer.run(`COMMENT ON TABLE ${FILLER} IS '${'.'.repeat(parts * (blockBytes / PARTS_PER_BLOCK))}'`)
}

async function readNumbers(writer: DuckDBConnection, sql: string): Promise<readonly number[]> {
  return ((await writer.runAndReadAll(sql)).getRows()[0] ?? []).map(Number)
}

/** What is left of an erasure that did not come to its end. */
export async function dropFiller(writer: DuckDBConnection): Promise<void> {
  await writer.run(`DROP TABLE IF EXISTS ${FILLER}`)
}

async function renewTables(writer: DuckDBConnection): Promise<void> {
  for (const table of TABLES) {
    await writer.run(`CREATE TABLE renewed AS FROM ${table}`)
    await writer.run(`DROP TABLE ${table}`)
    await writer.run(`ALTER TABLE renewed RENAME TO ${table}`)
  }
}
