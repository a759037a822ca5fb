/** A table as it is meant, on one node or on many. */
export interface TableDefinition {
  readonly name: string
  readonly columns: readonly (readonly [name: string, type: string])[]
  /** Of a single node, with the version column that it takes. */
  readonly engine: 'MergeTree' | 'AggregatingMergeTree' | 'Null' | `ReplacingMergeTree(${string})`
  readonly partitionBy?: string
  readonly orderBy?: readonly string[]
  /** What decides on which shard a row is. Tables without it are whole on every node of a cluster. */
  readonly shardBy?: string
}

/** A view that passes on what comes into a table. */
export interface ViewDefinition {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly select: (from: string) => string
}

export interface Topology {
  readonly database: string
  /** The cluster's name in ClickHouse's configuration; `null` for one node. */
  readonly cluster: string | null
}

/** Tables and views as statements that do nothing when what they make is there. */
export function toDdl({ tables, views }: { readonly tables: readonly TableDefinition[]; readonly views: readonly ViewDefinition[] }, topology: Topology): readonly string[] {
  return [...tables.flatMap((table) => toTableDdl(table, topology)), ...views.map((view) => toViewDdl(view, topology))]
}

/** The name under which a table's own rows are changed: of a sharded one the part that each node holds. */
export function toLocalName({ name, shardBy }: Pick<TableDefinition, 'name' | 'shardBy'>, { cluster }: Topology): string {
  return cluster === null || shardBy === undefined ? name : `${name}_local`
}

export function onCluster({ cluster }: Topology): string {
  return cluster === null ? '' : ` ON CLUSTER ${cluster}`
}

export function toTableDdl(table: TableDefinition, topology: Topology): readonly string[] {
  const { database, cluster } = topology
  const columns = table.columns.map(([name, type]) => `"${name}" ${type}`).join(', ')
  const create = (name: string, engine: string) => `CREATE TABLE IF NOT EXISTS ${database}.${name}${onCluster(topology)} (${columns}) ENGINE = ${engine}`
  const local = toLocalName(table, topology)
  const statements = [`${create(local, toEngine(table, local, topology))}${toLayout(table, topology)}`]
  if (cluster !== null && table.shardBy !== undefined) statements.push(create(table.name, `Distributed(${cluster}, ${database}, ${local}, ${table.shardBy})`))
  return statements
}

function toEngine({ engine, shardBy }: TableDefinition, local: string, { database, cluster }: Topology): string {
  if (cluster === null || engine === 'Null') return engine
  const [, family = '', version] = /^(\w+)(?:\((.*)\))?$/.exec(engine) ?? []
  // A table that is not sharded has one set of replicas, made of all nodes.
  const place = shardBy === undefined ? [`'/clickhouse/tables/${database}/${local}'`, `'{shard}-{replica}'`] : [`'/clickhouse/tables/{shard}/${database}/${local}'`, `'{replica}'`]
  return `Replicated${family}(${[...place, ...(version === undefined ? [] : [version])].join(', ')})`
}

/** Inserts whose tokens are remembered: a server that was gone for as many of all servers together may count twice. */
const TOKENS = 10_000

function toLayout({ engine, partitionBy, orderBy }: TableDefinition, { cluster }: Topology): string {
  if (engine === 'Null') return ''
  const settings = [
    'allow_nullable_key = 1',
    // The journal lets go of what was inserted, so an insert that was acknowledged must survive the loss of power.
    'fsync_after_insert = 1',
    'fsync_part_directory = 1',
    `${cluster === null ? 'non_replicated_deduplication_window' : 'replicated_deduplication_window'} = ${TOKENS}`,
  ]
  return `${partitionBy === undefined ? '' : ` PARTITION BY ${partitionBy}`} ORDER BY (${(orderBy ?? []).join(', ')}) SETTINGS ${settings.join(', ')}`
}

function toViewDdl({ name, from, to, select }: ViewDefinition, topology: Topology): string {
  const { database } = topology
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.${name}${onCluster(topology)} TO ${database}.${to} AS ${select(`${database}.${from}`).trim()}`
}
