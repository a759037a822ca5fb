import type { DuckDBConnection } from '@duckdb/node-api'
import { StoreBusy } from '../store-busy.ts'
import type { Store, StoredMark } from '../store.ts'
import { aggregate } from './aggregate.ts'
import { appendSegment } from './append-segment.ts'
import { compact } from './compact.ts'
import type { DatabaseOptions } from './database.ts'
import { expire } from './expire.ts'
import { inTransaction } from './in-transaction.ts'
import { list } from './list.ts'
import type { QueryPool } from './query-pool.ts'
import { isFatal, openSession } from './session.ts'

export interface DuckDbStoreOptions extends DatabaseOptions {
  readonly now: () => number
  readonly warn: (message: string) => void
}

/** Each running question holds a thread of Node's pool for as long as it runs; the journal's fdatasync needs the others. */
const QUERY_LIMITS = { maxRunning: 2, maxWaiting: 64, timeoutMs: 10_000 }

/** What may be in the write-ahead log before it goes into the database file, and how long it may stay there. */
const CHECKPOINT_BYTES = 128 * 1024 * 1024
const CHECKPOINT_MS = 60_000

export async function createDuckDbStore({ now, warn, ...options }: DuckDbStoreOptions): Promise<Store> {
  let session = await openSession(options, QUERY_LIMITS)
  let lost = false
  let latest = await readMark(session.writer)
  /** What a checkpoint has put into the database file; the write-ahead log alone is not trusted with the only copy. */
  let safeSegment = 0
  let bytesSinceCheckpoint = 0
  let checkpointAt = 0

  let turn: Promise<unknown> = Promise.resolve()
  /** One writer: its tasks run one after another, on a database that works. */
  function write<Result>(work: (writer: DuckDBConnection) => Promise<Result>): Promise<Result> {
    const mine = turn.then(async () => {
      if (lost) await reopen()
      return watched(() => work(session.writer))
    })
    turn = mine.catch(() => undefined)
    return mine
  }

  async function reopen(): Promise<void> {
    await session.close()
    session = await openSession(options, QUERY_LIMITS)
    latest = await readMark(session.writer)
    checkpointAt = now() + CHECKPOINT_MS
    lost = false
    warn('the event database was opened anew after a fatal error of its engine')
  }

  async function watched<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (!isFatal(error)) throw error
      lost = true
      throw new StoreBusy('the event database has to be opened anew', { cause: error })
    }
  }

  async function checkpoint(writer: DuckDBConnection): Promise<void> {
    // The engine refuses a checkpoint while a question runs.
    await session.pool.between(() => writer.run('CHECKPOINT'))
    safeSegment = latest.segment
    bytesSinceCheckpoint = 0
    checkpointAt = now() + CHECKPOINT_MS
  }

  const query: QueryPool['query'] = (...question) => watched(() => session.pool.query(...question))

  await checkpoint(session.writer)
  return {
    append: (segment) =>
      write(async (writer) => {
        const { stored, eventId } = await appendSegment(writer, segment)
        if (!stored) return
        latest = { segment: segment.number, eventId }
        bytesSinceCheckpoint += segment.bytes
        if (bytesSinceCheckpoint < CHECKPOINT_BYTES && now() < checkpointAt) return
        await compact(writer, now())
        await expire(writer, now())
        await checkpoint(writer)
      }),
    aggregate: (question) => aggregate(query, question),
    list: (question) => list(query, question),
    prune: ({ projectId }) =>
      write(async (writer) => {
        const events = await inTransaction(writer, async () => {
          const removed = await writer.run('DELETE FROM events WHERE "projectId" = ?', [BigInt(projectId)])
          for (const table of DERIVED_TABLES) await writer.run(`DELETE FROM ${table} WHERE project_id = ?`, [BigInt(projectId)])
          return removed.rowsChanged
        })
        await checkpoint(writer)
        return { events }
      }),
    storedUpTo: () => write(async () => ({ segment: safeSegment, eventId: latest.eventId })),
    async ledger() {
      const rows = await query('SELECT project_id, producer_id, from_seq, to_seq, seen_at FROM ledger', [])
      return rows.map(([projectId, producerId, from, to, seenAt]) => ({
        projectId: Number(projectId),
        producerId: String(producerId),
        from: Number(from),
        to: Number(to),
        seenAt: Number(seenAt),
      }))
    },
    async close() {
      // A checkpoint that fails costs nothing: the write-ahead log and the journal have what it would have written.
      await write(checkpoint).catch((error: unknown) => warn(`the event database was closed without a checkpoint: ${String(error)}`))
      await session.close()
    },
  }
}

/** The ledger is not among them: a late retry must not bring back what was removed, and it names no person. */
const DERIVED_TABLES = ['rollup_endpoint', 'rollup_consumer', 'rollup_dimension', 'error_stacks'] as const

async function readMark(connection: DuckDBConnection): Promise<StoredMark> {
  const row = (await connection.runAndReadAll('SELECT segment, event_id FROM journal_mark')).getRows()[0]
  return { segment: Number(row?.[0] ?? 0), eventId: Number(row?.[1] ?? 0) }
}
