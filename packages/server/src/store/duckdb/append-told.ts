import { sumOf } from './bounded-sum.ts'

/** What a batch's header tells beside the seqs that the ledger gains, as `read_json` reads it. Books stay JSON text. */
export const TOLD_TYPE =
  '"books" VARCHAR, "dropped" BIGINT, "shed" STRUCT("minute" INTEGER, "lastMinute" INTEGER, "method" VARCHAR, "route" VARCHAR, "status" SMALLINT, ' +
  '"requests" BIGINT, "aborted" BIGINT, "requestBytes" BIGINT, "responseBytes" BIGINT, "buckets" SMALLINT[], "counts" BIGINT[])[]'

/** Keeps the newest books of each producer in the table `incoming`. */
export const BOOKS_STATEMENTS: readonly string[] = [
  `CREATE OR REPLACE TEMP TABLE booked AS
  SELECT *, (books->>'lastSeenAt')::BIGINT AS seen_at FROM (
    SELECT batch."projectId" AS project_id, batch."producerId" AS producer_id, arg_max(batch.books, (batch.books->>'revision')::BIGINT) AS books
    FROM incoming WHERE batch.books IS NOT NULL GROUP BY ALL
  )`,
  `DELETE FROM producers WHERE (project_id, producer_id) IN (SELECT project_id, producer_id FROM booked)`,
  `INSERT INTO producers BY NAME SELECT * FROM booked`,
  `DROP TABLE booked`,
]

/** How many batches in the table `incoming` tell of shed events, and of events dropped without a trace. */
export const COUNT_TOLD = `
  SELECT count(*) FILTER (len(batch.shed) > 0), count(*) FILTER (batch.dropped <> 0) FROM incoming WHERE batch IS NOT NULL`

/** Keeps shed requests as they were told. */
export const SHED_STATEMENT = `
  INSERT INTO shed BY NAME
  SELECT project_id, "minute", "lastMinute" AS last_minute, "method", "route", "status", "requests", "aborted", "requestBytes" AS request_bytes, "responseBytes" AS response_bytes, "buckets", "counts"
  FROM (SELECT batch."projectId" AS project_id, unnest(batch.shed, recursive := true) FROM incoming WHERE len(batch.shed) > 0)`

/** Counts events dropped without a trace by when they were told of. */
export const DROPPED_STATEMENT = `
  INSERT INTO dropped BY NAME
  SELECT batch."projectId" AS project_id, batch."receivedAt" // 60000 AS minute, greatest(${sumOf('batch.dropped')}, -${Number.MAX_SAFE_INTEGER})::BIGINT AS events
  FROM incoming WHERE batch.dropped <> 0 GROUP BY ALL`
