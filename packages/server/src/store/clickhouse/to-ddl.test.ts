import { expect, test } from 'vitest'
import { SCHEMA_STEPS } from './schema.ts'
import { toDdl, type Topology } from './to-ddl.ts'

const ONE_NODE: Topology = { database: 'wayside', cluster: null }
const CLUSTER: Topology = { database: 'wayside', cluster: 'main' }
const ddl = (topology: Topology) => SCHEMA_STEPS.flatMap((step) => toDdl(step, topology))
const find = (topology: Topology, start: string) => ddl(topology).find((statement) => statement.startsWith(start)) ?? ''

const LOCAL = `PARTITION BY intDiv("time", 86400000) ORDER BY ("projectId", intDiv("time", 3600000), route, method, "time", id) SETTINGS allow_nullable_key = 1, fsync_after_insert = 1, fsync_part_directory = 1`

test('one node keeps events by day, and remembers the tokens of what was inserted', () => {
  const events = find(ONE_NODE, 'CREATE TABLE IF NOT EXISTS wayside.events ')
  expect(events).toContain(`ENGINE = MergeTree ${LOCAL}, non_replicated_deduplication_window = 10000`)
})

test('a cluster keeps replicated parts on its shards, and one table over them', () => {
  const part = find(CLUSTER, 'CREATE TABLE IF NOT EXISTS wayside.events_local ON CLUSTER main (')
  expect(part).toContain(`ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/wayside/events_local', '{replica}') ${LOCAL}, replicated_deduplication_window = 10000`)
  const whole = find(CLUSTER, 'CREATE TABLE IF NOT EXISTS wayside.events ON CLUSTER main (')
  expect(whole).toContain('ENGINE = Distributed(main, wayside, events_local, cityHash64(owner, segment))')
})

test('summaries add up in both, and go to a shard by what they are of, so that what is sent again meets what was there', () => {
  expect(find(ONE_NODE, 'CREATE TABLE IF NOT EXISTS wayside.cells ')).toContain('ENGINE = AggregatingMergeTree PARTITION BY')
  expect(find(CLUSTER, 'CREATE TABLE IF NOT EXISTS wayside.cells_local ON CLUSTER main ')).toContain("ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/wayside/cells_local', '{replica}')")
  expect(find(CLUSTER, 'CREATE TABLE IF NOT EXISTS wayside.cells ON CLUSTER main ')).toContain('ENGINE = Distributed(main, wayside, cells_local, cityHash64("projectId", facet, quarter))')
})

test('the state of server processes is whole on every node of a cluster', () => {
  const ledger = find(CLUSTER, 'CREATE TABLE IF NOT EXISTS wayside.ledger ON CLUSTER main ')
  expect(ledger).toContain(`ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/wayside/ledger', '{shard}-{replica}', segment) ORDER BY (owner, "projectId", "producerId")`)
  expect(find(ONE_NODE, 'CREATE TABLE IF NOT EXISTS wayside.ledger ')).toContain('ENGINE = ReplacingMergeTree(segment) ORDER BY (owner, "projectId", "producerId")')
})

test('views pass what comes in on to the tables over all shards', () => {
  const view = find(CLUSTER, 'CREATE MATERIALIZED VIEW IF NOT EXISTS wayside.incoming_to_events ON CLUSTER main ')
  expect(view).toContain('TO wayside.events AS SELECT * FROM wayside.incoming')
  expect(find(CLUSTER, 'CREATE TABLE IF NOT EXISTS wayside.incoming ON CLUSTER main ')).toMatch(/ENGINE = Null$/)
})

test('every statement does nothing where what it makes is there', () => {
  for (const topology of [ONE_NODE, CLUSTER]) for (const statement of ddl(topology)) expect(statement).toMatch(/^CREATE (TABLE|MATERIALIZED VIEW) IF NOT EXISTS /)
})

test('every table of a cluster is made on all of its nodes', () => {
  for (const statement of ddl(CLUSTER)) expect(statement).toContain(' ON CLUSTER main ')
})
