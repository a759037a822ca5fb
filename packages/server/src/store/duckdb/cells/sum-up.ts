import type { DuckDBConnection } from '@duckdb/node-api'
import { GRAINS, toCellTrees, type CellKind, type CellTree, type Grain } from './cell-kinds.ts'
import { CELL_SUMS, toFacetColumns, toKeys } from './cells-schema.ts'
import { FACET_NAMES, toIdColumn } from './facets.ts'

/** What there is of each kind, by its name. A kind that is not among them has to be answered from events. */
export type CellCounts = Readonly<Record<string, { readonly rows: number; readonly latency: boolean }>>

/** When cells are worth their room. */
export interface CellRules {
  /** Fewer events than this in a file are passed over in no time. */
  readonly minEvents: number
  /** With fewer events, those of a part of a day are read as fast as the cells of its hours. */
  readonly minEventsOfHours: number
  /**
   * Cells of days that are not this many times fewer than the events save nothing; eight latency buckets count as one cell.
   * Of shorter stretches, which answer one or two days of a range, they must be eight times fewer still.
   */
  readonly minGain: number
}

const BUCKETS_PER_CELL = 8
const GAINS: Readonly<Record<Grain, number>> = { day: 1, hour: 8, quarter: 8 }

const toSums = (again: 0 | 1) => Object.entries(CELL_SUMS).map(([name, sql]) => `${sql[again]}::BIGINT AS ${name}`).join(', ')

/**
 * Adds cells of a file's events to the attached database `cells`, and returns what there is of each kind. The finest
 * groups are made from events once; coarser ones are sums of them.
 * @param file - the number by which cells name the file
 * @param events - something to select from
 */
export async function sumUp(connection: DuckDBConnection, file: number, events: string, count: number, { minGain, minEventsOfHours }: CellRules): Promise<CellCounts> {
  const counts: Record<string, CellCounts[string]> = {}
  for (const facet of FACET_NAMES) await connection.run(toNewValues(facet, events))
  await connection.run(`CREATE OR REPLACE TEMP TABLE facts AS ${toFacts(events)}`)

  async function add(tree: CellTree, table: string): Promise<void> {
    const most = count / (minGain * GAINS[tree.grain])
    const latency = tree.latency && (await countRows(table)) <= BUCKETS_PER_CELL * most
    await connection.run(`CREATE OR REPLACE TEMP TABLE taken AS ${toCells(tree, table, latency)}`)
    const rows = await countRows('taken')
    if (rows > most) return
    counts[tree.name] = { rows, latency }
    await connection.run(`INSERT INTO cells."${tree.name}" BY NAME SELECT ${file} AS file, * FROM taken`)
  }

  const countRows = async (table: string) => Number((await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getRows()[0]?.[0])

  async function make(tree: CellTree, from: string, depth: number): Promise<void> {
    const table = `groups${depth}`
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${toGroups(tree, from, depth === 0 ? 0 : 1)}`)
    if (!tree.passing) await add(tree, table)
    for (const coarser of tree.coarser) await make(coarser, table, depth + 1)
    await connection.run(`DROP TABLE ${table}`)
  }

  for (const tree of toCellTrees(count >= minEventsOfHours)) await make(tree, 'facts', 0)
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

/** Groups as cells in their order; latency buckets become lists, in no order, or are left out. */
function toCells(kind: CellKind, groups: string, latency: boolean): string {
  const keys = toKeys(kind).join(', ')
  if (!kind.latency) return `SELECT ${keys}, ${Object.keys(CELL_SUMS).join(', ')} FROM ${groups} ORDER BY ${keys}`
  const list = (column: string) => `coalesce(list(${column}) FILTER (bucket IS NOT NULL), []) AS`
  const lists = latency ? `, ${list('bucket')} buckets, ${list('n')} counts` : ''
  return `SELECT ${keys}, ${toSums(1)}${lists} FROM ${groups} GROUP BY ${keys} ORDER BY ${keys}`
}
