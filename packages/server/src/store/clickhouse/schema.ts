import { FLAG_COLUMNS, INTEGER_COLUMNS, TEXT_COLUMNS } from '../event-columns.ts'
import { FACETS } from './facets.ts'
import type { TableDefinition, ViewDefinition } from './to-ddl.ts'

/** Texts that repeat from event to event: kept once in each part, and numbered. */
const REPEATED: ReadonlySet<string> = new Set(TEXT_COLUMNS.filter((name) => !['path', 'ip', 'userAgent', 'userId', 'consumer', 'errorMessage'].includes(name)))
const ALWAYS: ReadonlySet<string> = new Set(['id', 'projectId', 'time', 'receivedAt', 'status', 'outcome', 'method', 'path', 'consumerKind', 'framework'])
const ASCENDING: ReadonlySet<string> = new Set(['id', 'time', 'receivedAt'])

/** The columns of events, named as in `StoredEvent`; times are milliseconds since 1970. */
export const EVENT_COLUMNS: ReadonlyMap<string, string> = new Map([
  ...INTEGER_COLUMNS.map((name) => [name, `${ALWAYS.has(name) ? 'Int64' : 'Nullable(Int64)'} CODEC(${ASCENDING.has(name) ? 'Delta, ' : ''}ZSTD(1))`] as const),
  ...TEXT_COLUMNS.map((name) => [name, `${toTextType(name)} CODEC(ZSTD(1))`] as const),
  ...FLAG_COLUMNS.map((name) => [name, 'Bool CODEC(ZSTD(1))'] as const),
  ['tags', 'Map(String, String) CODEC(ZSTD(1))'] as const,
])

function toTextType(name: string): string {
  const type = ALWAYS.has(name) ? 'String' : 'Nullable(String)'
  return REPEATED.has(name) ? `LowCardinality(${type})` : type
}

/** Which server process a row came from, and in which segment of its journal. */
const ORIGIN = [
  ['owner', 'LowCardinality(String)'],
  ['segment', 'UInt64'],
] as const

const DAY_MS = 86_400_000

/** A segment goes to one shard as a whole, whichever node takes it, so that what is sent again meets what was there. */
const BY_SEGMENT = 'cityHash64(owner, segment)'

const EVENTS: TableDefinition = {
  name: 'events',
  columns: [...ORIGIN, ...EVENT_COLUMNS],
  engine: 'MergeTree',
  partitionBy: `intDiv("time", ${DAY_MS})`,
  orderBy: ['"projectId"', 'intDiv("time", 3600000)', 'route', 'method', '"time"', 'id'],
  shardBy: BY_SEGMENT,
}

/** What the loader sends: nothing stays here, views pass it on to the tables. */
const INCOMING: TableDefinition = { name: 'incoming', columns: [...ORIGIN, ...EVENT_COLUMNS], engine: 'Null' }

/** To see whether something could be stored. */
const PROBE: TableDefinition = { ...INCOMING, name: 'probe' }

const QUARTER_MS = 900_000

/** Sums of requests that are alike in one facet, status and latency, for each quarter of an hour. */
const CELLS: TableDefinition = {
  name: 'cells',
  columns: [
    ['projectId', 'Int64'],
    ['quarter', 'Int64'],
    ['facet', 'LowCardinality(String)'],
    ['kind', 'LowCardinality(String)'],
    ['value', 'Nullable(String)'],
    ['method', 'LowCardinality(String)'],
    ['route', 'LowCardinality(Nullable(String))'],
    ['status', 'Int64'],
    ['bucket', 'Nullable(Int64)'],
    ['requests', 'SimpleAggregateFunction(sum, UInt64)'],
    ['aborted', 'SimpleAggregateFunction(sum, UInt64)'],
    ['timed', 'SimpleAggregateFunction(sum, UInt64)'],
    // Sums of what clients claim may pass 64 bits.
    ['request_bytes', 'SimpleAggregateFunction(sum, Int128)'],
    ['response_bytes', 'SimpleAggregateFunction(sum, Int128)'],
    ['duration_us', 'SimpleAggregateFunction(sum, Int128)'],
    ['upstream_us', 'SimpleAggregateFunction(sum, Int128)'],
    ['upstream_of_us', 'SimpleAggregateFunction(sum, Int128)'],
    ['max_us', 'SimpleAggregateFunction(max, Int64)'],
    ['last_minute', 'SimpleAggregateFunction(max, Int64)'],
  ],
  engine: 'AggregatingMergeTree',
  partitionBy: `intDiv(quarter, ${DAY_MS / QUARTER_MS})`,
  orderBy: ['"projectId"', 'facet', 'quarter', 'kind', 'value', 'method', 'route', 'status', 'bucket'],
  shardBy: 'cityHash64("projectId", facet, quarter)',
}

const UPSTREAM_KNOWN = '"upstreamUs" IS NOT NULL AND "durationUs" IS NOT NULL'

const CELL_SUMS = `
  count() AS requests, countIf(outcome <> 0) AS aborted, count("durationUs") AS timed,
  sum(toInt128(ifNull("requestBytes", 0))) AS request_bytes, sum(toInt128(ifNull("responseBytes", 0))) AS response_bytes,
  sum(toInt128(ifNull("durationUs", 0))) AS duration_us,
  sumIf(toInt128(ifNull("upstreamUs", 0)), ${UPSTREAM_KNOWN}) AS upstream_us, sumIf(toInt128(ifNull("durationUs", 0)), ${UPSTREAM_KNOWN}) AS upstream_of_us,
  max(ifNull("durationUs", 0)) AS max_us, max(intDiv("time", 60000)) AS last_minute`

const toCells = (columns: string, from: string) => `
  SELECT "projectId", intDiv("time", ${QUARTER_MS}) AS quarter, ${columns}, status, "latencyBucket" AS bucket, ${CELL_SUMS}
  FROM ${from} GROUP BY "projectId", quarter, facet, kind, value, method, route, status, bucket`

const FACET_TUPLES = [...FACETS].map(([facet, { kind, value }]) => `('${facet}', toString(${kind}), CAST(${value}, 'Nullable(String)'))`).join(', ')

const VIEWS: readonly ViewDefinition[] = [
  { name: 'incoming_to_events', from: 'incoming', to: 'events', select: (incoming) => `SELECT * FROM ${incoming}` },
  {
    name: 'incoming_to_endpoint_cells',
    from: 'incoming',
    to: 'cells',
    select: (incoming) => toCells(`'endpoint' AS facet, '' AS kind, CAST(NULL, 'Nullable(String)') AS value, method, route`, incoming),
  },
  {
    name: 'incoming_to_facet_cells',
    from: 'incoming',
    to: 'cells',
    select: (incoming) =>
      toCells(
        `cell.1 AS facet, cell.2 AS kind, cell.3 AS value, '' AS method, CAST(NULL, 'LowCardinality(Nullable(String))') AS route`,
        `(SELECT * EXCEPT (method, route), arrayJoin([${FACET_TUPLES}]) AS cell FROM ${incoming})`,
      ),
  },
  {
    name: 'incoming_to_first_seen',
    from: 'incoming',
    to: 'first_seen',
    select: (incoming) => `
      SELECT "projectId", "consumerKind" AS kind, assumeNotNull(consumer) AS consumer, min("time") AS first
      FROM ${incoming} WHERE "consumerKind" <> 'unknown' AND consumer IS NOT NULL GROUP BY "projectId", kind, consumer`,
  },
]

const STEP_1: SchemaStep = {
  tables: [
    EVENTS,
    INCOMING,
    PROBE,
    CELLS,
    {
      name: 'first_seen',
      columns: [['projectId', 'Int64'], ['kind', 'LowCardinality(String)'], ['consumer', 'String'], ['first', 'SimpleAggregateFunction(min, Int64)']],
      engine: 'AggregatingMergeTree',
      orderBy: ['"projectId"', 'kind', 'consumer'],
      shardBy: 'cityHash64("projectId", kind, consumer)',
    },
    {
      name: 'shed',
      columns: [
        ...ORIGIN,
        ['projectId', 'Int64'],
        ['minute', 'Int64'],
        ['lastMinute', 'Int64'],
        ['method', 'LowCardinality(String)'],
        ['route', 'LowCardinality(Nullable(String))'],
        ['status', 'Int64'],
        ['requests', 'Int64'],
        ['aborted', 'Int64'],
        ['requestBytes', 'Int64'],
        ['responseBytes', 'Int64'],
        ['buckets', 'Array(Int64)'],
        ['counts', 'Array(Int64)'],
      ],
      engine: 'MergeTree',
      partitionBy: `intDiv(minute, ${DAY_MS / 60_000})`,
      orderBy: ['"projectId"', 'minute'],
      shardBy: BY_SEGMENT,
    },
    {
      name: 'dropped',
      columns: [...ORIGIN, ['projectId', 'Int64'], ['minute', 'Int64'], ['events', 'Int64']],
      engine: 'MergeTree',
      partitionBy: `intDiv(minute, ${DAY_MS / 60_000})`,
      orderBy: ['"projectId"', 'minute'],
      shardBy: BY_SEGMENT,
    },
    {
      name: 'error_stacks',
      columns: [...ORIGIN, ['projectId', 'Int64'], ['fingerprint', 'String'], ['errorClass', 'String'], ['frames', 'Array(String)'], ['seenAt', 'Int64']],
      engine: 'ReplacingMergeTree("seenAt")',
      orderBy: ['"projectId"', 'fingerprint'],
    },
    // The state of each server process: rows of a later segment stand for those of earlier ones.
    {
      name: 'ledger',
      columns: [...ORIGIN, ['projectId', 'Int64'], ['producerId', 'String'], ['ranges', 'Array(Tuple(Int64, Int64))'], ['seenAt', 'Int64']],
      engine: 'ReplacingMergeTree(segment)',
      orderBy: ['owner', '"projectId"', '"producerId"'],
    },
    {
      name: 'producers',
      columns: [...ORIGIN, ['projectId', 'Int64'], ['producerId', 'String'], ['seenAt', 'Int64'], ['books', 'String']],
      engine: 'ReplacingMergeTree(segment)',
      orderBy: ['owner', '"projectId"', '"producerId"'],
    },
    { name: 'journal_mark', columns: [...ORIGIN, ['eventId', 'UInt64']], engine: 'ReplacingMergeTree(segment)', orderBy: ['owner'] },
  ],
  views: VIEWS,
}

/** What one version adds to the one before. */
export interface SchemaStep {
  readonly tables: readonly TableDefinition[]
  readonly views: readonly ViewDefinition[]
}

/** The schema as steps from one version to the next. A step that was released is never edited: a change is a new step. */
export const SCHEMA_STEPS: readonly SchemaStep[] = [STEP_1]
