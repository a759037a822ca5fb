import type { DuckDBConnection } from '@duckdb/node-api'
import type { Store, StoredMark } from '../store.ts'
import { aggregate } from './aggregate.ts'
import { appendSegment } from './append-segment.ts'
import { compact } from './compact.ts'
import { openDatabase } from './database.ts'
import { inTransaction } from './in-transaction.ts'
import { list } from './list.ts'
import { createQueryPool } from './query-pool.ts'

export interface DuckDbStoreOptions {
  readonly dataDir: string
  readonly memoryLimitBytes: number
  readonly threads: number
  readonly now: () => number
}

/** Each running question holds a thread of Node's pool for as long as it runs; the journal's fdatasync needs the others. */
const MAX_RUNNING_QUERIES = 2
const MAX_WAITING_QUERIES = 64
const QUERY_TIMEOUT_MS = 10_000

/** What may be in the write-ahead log before it goes into the database file, and how long it may stay there. */
const CHECKPOINT_BYTES = 128 * 1024 * 1024
const CHECKPOINT_MS = 60_000

export async function createDuckDbStore(options: DuckDbStoreOptions): Promise<Store> {
  const { now } = options
  const database = await openDatabase(options)
  const writer = await database.connect()
  const pool = await createQueryPool({
    connect: database.connect,
    maxRunning: MAX_RUNNING_QUERIES,
    maxWaiting: MAX_WAITING_QUERIES,
    timeoutMs: QUERY_TIMEOUT_MS,
  })
  let latest = await readMark(writer)
  /** What a checkpoint has put into the database file; the write-ahead log alone is not trusted with the only copy. */
  let safe = latest
  let bytesSinceCheckpoint = 0
  let checkpointAt = now() + CHECKPOINT_MS

  let turn: Promise<unknown> = Promise.resolve()
  /** One writer: its tasks run one after another. */
  function write<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }

  async function checkpoint(): Promise<void> {
    await writer.run('CHECKPOINT')
    safe = latest
    bytesSinceCheckpoint = 0
    checkpointAt = now() + CHECKPOINT_MS
  }

  return {
    append: (segment) =>
      write(async () => {
        const { stored, eventId } = await appendSegment(writer, segment)
        if (!stored) return
        latest = { segment: segment.number, eventId }
        bytesSinceCheckpoint += segment.bytes
        if (bytesSinceCheckpoint < CHECKPOINT_BYTES && now() < checkpointAt) return
        await compact(writer, now())
        await checkpoint()
      }),
    aggregate: (query) => aggregate(pool, query),
    list: (query) => list(pool, query),
    prune: ({ projectId }) =>
      write(async () => {
        const events = await inTransaction(writer, async () => {
          const removed = await writer.run('DELETE FROM events WHERE "projectId" = ?', [BigInt(projectId)])
          for (const table of DERIVED_TABLES) await writer.run(`DELETE FROM ${table} WHERE project_id = ?`, [BigInt(projectId)])
          return removed.rowsChanged
        })
        await checkpoint()
        return { events }
      }),
    storedUpTo: async () => safe,
    async ledger() {
      const rows = await pool.query('SELECT project_id, producer_id, from_seq, to_seq, seen_at FROM ledger', [])
      return rows.map(([projectId, producerId, from, to, seenAt]) => ({
        projectId: Number(projectId),
        producerId: String(producerId),
        from: Number(from),
        to: Number(to),
        seenAt: Number(seenAt),
      }))
    },
    async close() {
      await pool.close()
      await write(checkpoint)
      writer.closeSync()
      database.close()
    },
  }
}

/** The ledger is not among them: a late retry must not bring back what was removed, and it names no person. */
const DERIVED_TABLES = ['rollup_endpoint', 'rollup_consumer', 'rollup_dimension', 'error_stacks'] as const

async function readMark(connection: DuckDBConnection): Promise<StoredMark> {
  const row = (await connection.runAndReadAll('SELECT segment, event_id FROM journal_mark')).getRows()[0]
  return { segment: Number(row?.[0] ?? 0), eventId: Number(row?.[1] ?? 0) }
}
