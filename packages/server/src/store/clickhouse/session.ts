import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { SegmentRefused } from '../segment-refused.ts'
import { StoreBusy } from '../store-busy.ts'
import { TooMuch } from '../store-query.ts'
import type { Topology } from './to-ddl.ts'

/** What the store sends to ClickHouse, with its errors told apart. Names of tables are those of `schema.ts`. */
export interface Session {
  readonly topology: Topology
  command(sql: string, parameters?: QueryParameters): Promise<void>
  /** Lines of JSON into a table. The same token twice counts once. */
  insert(table: string, token: string, lines: AsyncIterable<string> | Iterable<string>): Promise<void>
  ask(sql: string, parameters: QueryParameters, signal?: AbortSignal): Promise<Answer>
  /** Why ClickHouse could not be reached when it was last tried; `null` when it was. */
  fault(): string | null
  close(): Promise<void>
}

export type QueryParameters = Readonly<Record<string, string | number | boolean>>

export interface Answer {
  readonly rows: readonly (readonly unknown[])[]
  /** Rows that were read to make the answer. */
  readonly rowsRead: number
}

/** A question may take this much of ClickHouse's memory. */
const MAX_MEMORY_BYTES = 2 * 1024 ** 3

const READ_SETTINGS = [`max_memory_usage = ${MAX_MEMORY_BYTES}`, 'output_format_json_quote_64bit_integers = 0', 'join_use_nulls = 1'].join(', ')

/** A segment must stay one block: the parts of one that was cut elsewhere would not be known again. */
const INSERT_SETTINGS = [
  'async_insert = 0',
  'deduplicate_blocks_in_dependent_materialized_views = 1',
  'input_format_parallel_parsing = 0',
  'input_format_skip_unknown_fields = 1',
  'max_insert_block_size = 10000000',
  'max_partitions_per_insert_block = 0',
].join(', ')

/** Of a cluster: a row counts as stored when most replicas have it, and all shards have taken theirs. */
const CLUSTER_INSERT_SETTINGS = `distributed_foreground_insert = 1, insert_quorum = 'auto', insert_quorum_parallel = 0`
const CLUSTER_READ_SETTINGS = 'select_sequential_consistency = 1'

/** @param questionTimeoutMs - what a question may take, milliseconds */
export function openSession(client: ClickHouseClient, topology: Topology, questionTimeoutMs: number): Session {
  let fault: string | null = null
  const onlyCluster = (settings: string) => (topology.cluster === null ? '' : `, ${settings}`)

  async function attempt<Result>(work: () => Promise<Result>, toError: (type: string, error: unknown) => unknown, signal?: AbortSignal): Promise<Result> {
    try {
      const result = await work()
      fault = null
      return result
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason
      const type = toType(error)
      if (type !== null) throw toError(type, error)
      // What failed may be the journal's file instead.
      const { success } = await client.ping()
      fault = success ? null : `ClickHouse cannot be reached: ${String(error)}`
      throw success ? error : new StoreBusy('the event database cannot be reached; try again', { cause: error })
    }
  }

  return {
    topology,
    command: (sql, parameters = {}) =>
      attempt(async () => {
        await client.command({ query: sql, query_params: { ...parameters } })
      }, toInsertError),
    insert: (table, token, lines) =>
      attempt(async () => {
        const settings = `insert_deduplication_token = '${token}', ${INSERT_SETTINGS}${onlyCluster(CLUSTER_INSERT_SETTINGS)}`
        const query = `INSERT INTO ${topology.database}.${table} SETTINGS ${settings} FORMAT JSONEachRow`
        const { stream } = await client.exec({ query, values: Readable.from(lines, { objectMode: false }) })
        for await (const _ of stream);
      }, toInsertError),
    ask: (sql, parameters, signal) =>
      attempt(async () => {
        const query = `${sql} SETTINGS max_execution_time = ${questionTimeoutMs / 1_000}, ${READ_SETTINGS}${onlyCluster(CLUSTER_READ_SETTINGS)}`
        const result = await client.query({ query, query_params: { ...parameters }, format: 'JSONCompact', ...(signal !== undefined && { abort_signal: signal }) })
        const { data, statistics } = await result.json<readonly unknown[]>()
        return { rows: data, rowsRead: statistics?.rows_read ?? 0 }
      }, (type, error) => toQuestionError(type, error, questionTimeoutMs), signal),
    fault: () => fault,
    close: () => client.close(),
  }
}

/** Errors that name what was sent: all others, such as a full disk, may pass. */
const CONTENT_ERRORS: ReadonlySet<string> = new Set([
  'CANNOT_PARSE_TEXT',
  'CANNOT_PARSE_ESCAPE_SEQUENCE',
  'CANNOT_PARSE_QUOTED_STRING',
  'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
  'CANNOT_PARSE_NUMBER',
  'CANNOT_PARSE_BOOL',
  'CANNOT_READ_MAP_FROM_TEXT',
  'CANNOT_READ_ARRAY_FROM_TEXT',
  'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN',
  'INCORRECT_DATA',
  'TYPE_MISMATCH',
])

function toInsertError(type: string, error: unknown): unknown {
  return CONTENT_ERRORS.has(type) ? new SegmentRefused(`what was sent cannot be stored: ${String(error)}`, { cause: error }) : error
}

function toQuestionError(type: string, error: unknown, questionTimeoutMs: number): unknown {
  switch (type) {
    case 'TIMEOUT_EXCEEDED':
      return new TooMuch(`it took longer than ${questionTimeoutMs} ms; ask for a shorter range, fewer dimensions, or filter`, { cause: error })
    case 'MEMORY_LIMIT_EXCEEDED':
      return new TooMuch('it needs more memory than a question may have; ask for a shorter range, fewer dimensions, or filter', { cause: error })
    case 'TOO_MANY_SIMULTANEOUS_QUERIES':
      return new StoreBusy('too many questions at once; try again', { cause: error })
    default:
      return error
  }
}

/** The name that ClickHouse gives to an error; `null` for errors on the way to it. The client's class is not the same in every connection. */
function toType(error: unknown): string | null {
  return error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : null
}
