import type { DuckDBConnection } from '@duckdb/node-api'
import { sumOf } from '../bounded-sum.ts'
import { EVENTS } from '../query/source-sql.ts'
import { CELL_TREES, GRAINS, type CellKind, type CellTree } from './cell-kinds.ts'
import { FACET_NAMES, FACETS, type Facet } from './facets.ts'

/** Rows by the name of their kind. A kind that is not among them has to be answered from events. */
export type CellCounts = Readonly<Record<string, number>>

/** When cells are worth their room. */
export interface CellRules {
  /** Fewer events than this in a file are passed over in no time; cells would only be one more file. */
  readonly minEvents: number
  /** Cells that take less than this many times less room than the events save nothing; four latency buckets count as one cell. */
  readonly minGain: number
}

const columnsOf = (facets: readonly Facet[]) => facets.flatMap((facet) => FACETS[facet].map((column) => `"${column}"`))
const ALL_COLUMNS = columnsOf(FACET_NAMES)

/** How a cell adds up: from the columns of events, and again from its own. */
const SUMS = {
  n: ['count(*)', 'sum(n)'],
  bytes_in: [sumOf(EVENTS.measures.bytes_in), sumOf('bytes_in')],
  bytes_out: [sumOf(EVENTS.measures.bytes_out), sumOf('bytes_out')],
  timed: ['count("durationUs")', 'sum(timed)'],
  duration: [sumOf(EVENTS.measures.duration), sumOf('duration')],
  longest: [`coalesce(max(${EVENTS.measures.longest}), 0)`, 'max(longest)'],
  upstream: [sumOf(EVENTS.measures.upstream), sumOf('upstream')],
  upstream_of: [sumOf(EVENTS.measures.upstream_of), sumOf('upstream_of')],
  seen: [`max(${EVENTS.measures.seen})`, 'max(seen)'],
} as const

const sums = (again: 0 | 1) => Object.entries(SUMS).map(([name, sql]) => `${again === 0 ? sql[0] : sql[1]}::BIGINT AS ${name}`).join(', ')

/**
 * Fills the temporary table `cells` from events, and returns how many rows each kind has. The finest groups are made
 * from events once; coarser ones are sums of them. Of too few events it makes neither table nor rows.
 * @param events - something to select from, with events of one day
 */
export async function makeCells(connection: DuckDBConnection, events: string, count: number, { minEvents, minGain }: CellRules): Promise<CellCounts> {
  if (count < minEvents) return {}
  const counts: Record<string, number> = {}
  await connection.run(CREATE_CELLS)

  async function make(tree: CellTree, from: string, depth: number): Promise<void> {
    const table = `groups${depth}`
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} AS ${toGroups(tree, from, depth === 0 ? 0 : 1)}`)
    if (!tree.passing) {
      const rows = tree.latency ? toCells(tree, table) : `SELECT * FROM ${table}`
      await connection.run(`CREATE OR REPLACE TEMP TABLE taken AS SELECT '${tree.name}' AS kind, * FROM (${rows})`)
      const [kept, size] = (await connection.runAndReadAll(`SELECT count(*), count(*) + ${tree.latency ? 'coalesce(sum(len(buckets)), 0) // 4' : '0'} FROM taken`)).getRows()[0] ?? []
      if (Number(size) * minGain <= count) {
        counts[tree.name] = Number(kept)
        await connection.run('INSERT INTO cells BY NAME SELECT * FROM taken')
      }
    }
    for (const coarser of tree.coarser) await make(coarser, table, depth + 1)
    await connection.run(`DROP TABLE ${table}`)
  }

  for (const tree of CELL_TREES) await make(tree, events, 0)
  await connection.run('DROP TABLE taken')
  return counts
}

/** The groups of a kind, with each latency bucket for itself where it tells of latency. */
function toGroups({ grain, facets, latency }: CellKind, from: string, again: 0 | 1): string {
  const start = `"time" // ${GRAINS[grain]}`
  const keys = ['"projectId"', ...columnsOf(facets), 'status', 'outcome', ...(latency ? ['"latencyBucket"'] : [])].join(', ')
  return `SELECT ${start} * ${GRAINS[grain]} AS "time", ${keys}, ${sums(again)} FROM ${from} GROUP BY ${start}, ${keys}`
}

/** Groups of latency buckets as cells that list them. */
function toCells({ facets }: CellKind, from: string): string {
  const keys = ['"time"', '"projectId"', ...columnsOf(facets), 'status', 'outcome'].join(', ')
  return `SELECT ${keys}, ${sums(1)}, ${LATENCY} FROM ${from} GROUP BY ${keys}`
}

/** The rows of the table `cells` in an order in which those of a kind are together, and those of a value within it. */
export const CELLS_IN_ORDER = `SELECT * FROM cells ORDER BY kind, "projectId", ${ALL_COLUMNS.join(', ')}, status, outcome, "time"`

const LATENCY = `
  coalesce(list("latencyBucket" ORDER BY "latencyBucket") FILTER ("latencyBucket" IS NOT NULL), []) AS buckets,
  coalesce(list(n ORDER BY "latencyBucket") FILTER ("latencyBucket" IS NOT NULL), []) AS counts`

const CREATE_CELLS = `CREATE OR REPLACE TEMP TABLE cells (
  kind VARCHAR, "projectId" BIGINT, "time" BIGINT, ${ALL_COLUMNS.map((column) => `${column} ${column === '"bot"' ? 'BOOLEAN' : 'VARCHAR'}`).join(', ')},
  status BIGINT, outcome BIGINT, ${Object.keys(SUMS).map((name) => `${name} BIGINT`).join(', ')}, buckets BIGINT[], counts BIGINT[]
)`
