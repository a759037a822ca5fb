import type { DuckDBConnection } from '@duckdb/node-api'
import type { Failpoints } from '../../failpoints.ts'
import type { JournalSegment } from '../../journal/journal-segment.ts'
import { SegmentRefused } from '../segment-refused.ts'
import { BOOKS_STATEMENTS, COUNT_TOLD, DROPPED_STATEMENT, SHED_STATEMENT, TOLD_TYPE } from './append-told.ts'
import { EVENT_COLUMN_LIST, EVENT_COLUMN_TYPES } from './event-table.ts'
import { inTransaction } from './in-transaction.ts'
import { ROWS_TYPE, SELECT_ROWS } from './journal-rows.ts'

export interface Appended {
  /** `false` when the segment had been stored before. */
  readonly stored: boolean
  readonly eventId: number
}

/** Loads a segment: events, ledger, books and the mark that says so, all or nothing. */
export function appendSegment(connection: DuckDBConnection, segment: JournalSegment, failpoint: Failpoints): Promise<Appended> {
  return inTransaction(connection, async () => {
    const mark = (await connection.runAndReadAll('SELECT segment, event_id FROM journal_mark')).getRows()[0]
    const eventId = Number(mark?.[1] ?? 0)
    if (segment.number <= Number(mark?.[0] ?? 0)) return { stored: false, eventId }

    await load(connection, segment.path)
    const last = (await connection.runAndReadAll('SELECT greatest(max("id"), max("rows"."first" + "rows"."count" - 1)) FROM incoming')).getRows()[0]
    const lastId = Math.max(eventId, Number(last?.[0] ?? 0))
    await connection.run('UPDATE journal_mark SET segment = $1::BIGINT, event_id = $2::BIGINT', [BigInt(segment.number), BigInt(lastId)])
    await connection.run('DROP TABLE incoming')
    failpoint('store.loadedUncommitted')
    return { stored: true, eventId: lastId }
  })
}

/** Whether a file of journal lines could be loaded; nothing of it stays. */
export async function accepts(connection: DuckDBConnection, path: string): Promise<boolean> {
  await connection.run('BEGIN')
  try {
    await load(connection, path)
    return true
  } catch (error) {
    if (error instanceof SegmentRefused) return false
    throw error
  } finally {
    await connection.run('ROLLBACK')
  }
}

/** Leaves the lines in the table `incoming`. */
async function load(connection: DuckDBConnection, path: string): Promise<void> {
  try {
    await connection.run(`CREATE OR REPLACE TEMP TABLE incoming AS SELECT * FROM read_json($1, ${READ_JSON_FORMAT})`, [path])
    for (const statement of STATEMENTS) await connection.run(statement)
    const [shed, dropped] = (await connection.runAndReadAll(COUNT_TOLD)).getRows()[0] ?? []
    if (Number(shed) > 0) await connection.run(SHED_STATEMENT)
    if (Number(dropped) > 0) await connection.run(DROPPED_STATEMENT)
  } catch (error) {
    if (error instanceof Error && CONTENT_ERROR.test(error.message)) throw new SegmentRefused(`${path} cannot be stored: ${error.message}`, { cause: error })
    throw error
  }
}

/** Errors that name what was read. All others, such as a full disk, may pass. */
const CONTENT_ERROR = /^(?:Invalid Input|Conversion|Out of Range) Error/

const BATCH_TYPE =
  'STRUCT("projectId" INTEGER, "producerId" VARCHAR, "receivedAt" BIGINT, "ranges" STRUCT("from" BIGINT, "to" BIGINT)[], ' +
  `"stacks" STRUCT("fingerprint" VARCHAR, "errorClass" VARCHAR, "frames" VARCHAR[])[], ${TOLD_TYPE})`

/** Journals of earlier servers have a line for each event, with its members. */
const READ_JSON_COLUMNS = [...EVENT_COLUMN_TYPES, ['rows', ROWS_TYPE], ['batch', BATCH_TYPE]].map(([name, type]) => `"${name}": '${type}'`).join(', ')

/** A line may hold the events of a batch with every text at its bound, in escapes, or a header with fifty stacks. */
const MAX_LINE_BYTES = 16 * 1024 * 1024
const READ_JSON_FORMAT = `format = 'newline_delimited', maximum_object_size = ${MAX_LINE_BYTES}, columns = {${READ_JSON_COLUMNS}}`

const STATEMENTS: readonly string[] = [
  `INSERT INTO events ${SELECT_ROWS}`,
  `INSERT INTO events SELECT ${EVENT_COLUMN_LIST} FROM incoming WHERE "id" IS NOT NULL`,

  `CREATE OR REPLACE TEMP TABLE touched AS
  SELECT batch."projectId" AS project_id, batch."producerId" AS producer_id, batch."receivedAt" AS seen_at, unnest(batch.ranges) AS range
  FROM incoming WHERE batch."producerId" IS NOT NULL`,

  // The ledger's ranges of the producers of this segment, old and new, joined where they overlap or touch.
  `CREATE OR REPLACE TEMP TABLE joined AS
  WITH ranges AS (
    SELECT project_id, producer_id, range."from" AS from_seq, range."to" AS to_seq, seen_at FROM touched
    UNION ALL
    SELECT project_id, producer_id, from_seq, to_seq, seen_at FROM ledger SEMI JOIN touched USING (project_id, producer_id)
  ), reach AS (
    SELECT *, max(to_seq) OVER (PARTITION BY project_id, producer_id ORDER BY from_seq, to_seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
    FROM ranges
  ), islands AS (
    SELECT *, count(*) FILTER (reached IS NULL OR from_seq > reached + 1) OVER (PARTITION BY project_id, producer_id ORDER BY from_seq, to_seq ROWS UNBOUNDED PRECEDING) AS island
    FROM reach
  )
  SELECT project_id, producer_id, min(from_seq) AS from_seq, max(to_seq) AS to_seq,
    max(max(seen_at)) OVER (PARTITION BY project_id, producer_id) AS seen_at
  FROM islands GROUP BY project_id, producer_id, island`,
  `DELETE FROM ledger WHERE (project_id, producer_id) IN (SELECT project_id, producer_id FROM touched)`,
  `INSERT INTO ledger BY NAME SELECT * FROM joined`,
  `DROP TABLE joined`,
  `DROP TABLE touched`,
  ...BOOKS_STATEMENTS,

  `CREATE OR REPLACE TEMP TABLE new_stacks AS
  SELECT DISTINCT ON (project_id, stack.fingerprint) project_id, stack.fingerprint AS fingerprint,
    stack."errorClass" AS error_class, stack.frames AS frames, seen_at
  FROM (SELECT batch."projectId" AS project_id, batch."receivedAt" AS seen_at, unnest(batch.stacks) AS stack FROM incoming WHERE batch IS NOT NULL)
  ORDER BY seen_at DESC`,
  `DELETE FROM error_stacks WHERE (project_id, fingerprint) IN (SELECT project_id, fingerprint FROM new_stacks)`,
  `INSERT INTO error_stacks BY NAME SELECT * FROM new_stacks`,
  `DROP TABLE new_stacks`,
]
