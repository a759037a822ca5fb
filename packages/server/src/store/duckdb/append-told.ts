import { SHED } from '@wayside/protocol'
import { boundBytes, boundCount, sumOfBytes, sumOfCounts } from './bounded-sum.ts'

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

const SHED_MEASURES = `
  ${sumOfCounts('requests')} AS requests, ${sumOfCounts('errors')} AS errors, ${sumOfCounts('aborted')} AS aborted,
  ${sumOfBytes('request_bytes')} AS request_bytes, ${sumOfBytes('response_bytes')} AS response_bytes`

const toDimensionRollup = (dimension: string) => `
  INSERT INTO rollup_dimension BY NAME
  SELECT project_id, minute, max(last_minute) AS last_minute, '${dimension}' AS dimension, '${SHED}' AS value, ${SHED_MEASURES}
  FROM incoming_shed GROUP BY project_id, minute`

/** Adds shed events to the rollups: exactly by endpoint and status, under a value of their own everywhere else. */
export const SHED_STATEMENTS: readonly string[] = [
  `CREATE OR REPLACE TEMP TABLE incoming_shed AS
  SELECT project_id, "minute" AS minute, "lastMinute" AS last_minute, "method" AS method, "route" AS route, "status" AS status,
    ${boundCount('"requests"')} AS requests, CASE WHEN "status" >= 400 THEN ${boundCount('"requests"')} ELSE 0 END AS errors,
    ${boundCount('"aborted"')} AS aborted, ${boundBytes('"requestBytes"')} AS request_bytes, ${boundBytes('"responseBytes"')} AS response_bytes,
    "buckets" AS buckets, list_transform("counts", lambda n: ${boundCount('n')}) AS counts
  FROM (SELECT batch."projectId" AS project_id, unnest(batch.shed, recursive := true) FROM incoming WHERE len(batch.shed) > 0)`,
  `INSERT INTO shed BY NAME SELECT * EXCLUDE errors FROM incoming_shed`,
  `INSERT INTO rollup_endpoint BY NAME SELECT * FROM incoming_shed`,
  `INSERT INTO rollup_consumer BY NAME
  SELECT project_id, minute, max(last_minute) AS last_minute, 'unknown' AS kind, '${SHED}' AS consumer, status // 100 AS status_class, ${SHED_MEASURES}
  FROM incoming_shed GROUP BY project_id, minute, status // 100`,
  toDimensionRollup('country'),
  toDimensionRollup('client'),
  `DROP TABLE incoming_shed`,
]

/** Counts events dropped without a trace by when they were told of, under a dimension of which no report asks. */
export const DROPPED_STATEMENT = `
  INSERT INTO rollup_dimension BY NAME
  SELECT batch."projectId" AS project_id, batch."receivedAt" // 60000 AS minute, minute AS last_minute, 'dropped' AS dimension,
    ${sumOfCounts('batch.dropped')} AS requests, 0 AS errors, 0 AS aborted, 0 AS request_bytes, 0 AS response_bytes
  FROM incoming WHERE batch.dropped <> 0 GROUP BY ALL`
