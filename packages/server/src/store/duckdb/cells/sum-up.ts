import type { DuckDBConnection } from '@duckdb/node-api'
import { CELL_TREES, GRAINS, type CellKind, type CellTree } from './cell-kinds.ts'
import { CELL_SUMS, toFacetColumns, toKeys } from './cells-schema.ts'
import { FACET_NAMES, toIdColumn } from './facets.ts'

/** What there is of each kind, by its name. A kind that is not among them has to be answered from events. */
export type CellCounts = Readonly<Record<string, { readonly rows: number; readonly latency: boolean }>>

/** When cells are worth their room. */
export interface CellRules {
  /** Fewer events than this in a file are passed over in no time. */
  readonly minEvents: number
  /** Cells that are not this many times fewer than the events save nothing; eight latency buckets count as one cell. */
  readonly minGain: number
}

const BUCKETS_PER_CELL = 8

const toSums = (again: 0 | 1) => Object.entries(CELL_SUMS).map(([name, sql]) => `${sql[again]}::BIGINT AS ${name}`).join(', ')

/**
 * Adds cells of a file's events to the attached database `cells`, and returns what there is of each kind. The finest
 * groups are made from events once; coarser ones are sums of them.
 * @param file - the number by which cells name the file
 * @param events - something to select from
 */
export async function sumUp(connection: DuckDBConnection, file: number, events: string, count: number, { minGain }: Pick<CellRules, 'minGain'>): Promise<CellCounts> {
  const counts: Record<string, CellCounts[string]> = {}
  for (const facet of FACET_NAMES) await connection.run(toNewValues(facet, events))
  await connection.run(`CREATE OR REPLACE TEMP TABLE facts AS ${toFacts(events)}`)

  async function add(tree: CellTree, table: string): Promise<void> {
    await connection.run(`CREATE OR REPLACE TEMP TABLE taken AS ${toCells(tree, table)}`)
    const size = `count(*), ${tree.latency ? 'coalesce(sum(len(buckets)), 0)' : '0'}`
    const [rows = 0, buckets = 0] = ((await connection.runAndReadAll(`SELECT ${size} FROM taken`)).getRows()[0] ?? []).map(Number)
    if (rows * minGain > count) return
    const latency = tree.latency && (rows + buckets / BUCKETS_PER_CELL) * minGain <= count
    counts[tree.name] = { rows, latency }
    const columns = tree.latency && !latency ? '* REPLACE (NULL AS buckets, NULL AS counts)' : '*'
    await connection.run(`INSERT INTO cells."${tree.name}" SELECT ${file}, ${columns} FROM taken`)
  }

  async function make(tree: CellTree, from: string, depth: number): Promise<void> {
    const table = `groups${depth}`
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${toGroups(tree, from, depth === 0 ? 0 : 1)}`)
    if (!tree.passing) await add(tree, table)
    for (const coarser of tree.coarser) await make(coarser, table, depth + 1)
    await connection.run(`DROP TABLE ${table}`)
  }

  for (const tree of CELL_TREES) await make(tree, 'facts', 0)
  await connection.run('DROP TABLE facts')
  await connection.run('DROP TABLE taken')
  return counts
}

/** Numbers the values of a facet that have none yet. */
function toNewValues(facet: (typeof FACET_NAMES)[number], events: string): string {
  const columns = toFacetColumns(facet).join(', ')
  return `
    INSERT INTO cells."${facet}"
    SELECT (SELECT coalesce(max(${toIdColumn(facet)}), 0) FROM cells."${facet}") + row_number() OVER (ORDER BY ${columns}), ${columns}
    FROM (SELECT ${columns} FROM ${events} GROUP BY ALL EXCEPT SELECT ${columns} FROM cells."${facet}")`
}

/** Events with the numbers of their values in place of these. */
function toFacts(events: string): string {
  const joins = FACET_NAMES.map((facet) => `JOIN cells."${facet}" ON ${toFacetColumns(facet).map((column) => `event.${column} IS NOT DISTINCT FROM "${facet}".${column}`).join(' AND ')}`)
  return `
    SELECT event."projectId" AS project_id, event."time", ${FACET_NAMES.map(toIdColumn).join(', ')}, event.status, event.outcome,
      event."latencyBucket" AS bucket, event."requestBytes", event."responseBytes", event."durationUs", event."upstreamUs"
    FROM ${events} event ${joins.join(' ')}`
}

/** The groups of a kind, with each latency bucket for itself where it tells of latency. */
function toGroups(kind: CellKind, from: string, again: 0 | 1): string {
  const start = `"time" // ${GRAINS[kind.grain]}`
  const keys = [...toKeys(kind).filter((key) => key !== '"time"'), ...(kind.latency ? ['bucket'] : [])].join(', ')
  return `SELECT ${start} * ${GRAINS[kind.grain]} AS "time", ${keys}, ${toSums(again)} FROM ${from} GROUP BY ${start}, ${keys}`
}

/** Groups as cells in their order; latency buckets become lists. */
function toCells(kind: CellKind, groups: string): string {
  const keys = toKeys(kind).join(', ')
  if (!kind.latency) return `SELECT ${keys}, ${Object.keys(CELL_SUMS).join(', ')} FROM ${groups} ORDER BY ${keys}`
  const list = (column: string) => `coalesce(list(${column} ORDER BY bucket) FILTER (bucket IS NOT NULL), [])`
  return `SELECT ${keys}, ${toSums(1)}, ${list('bucket')} AS buckets, ${list('n')} AS counts FROM ${groups} GROUP BY ${keys} ORDER BY ${keys}`
}
