import { EVENTS } from '../query/source-sql.ts'
import { sumOf } from '../bounded-sum.ts'
import { CELL_KINDS, type CellKind } from './cell-kinds.ts'
import { FACET_NAMES, FACETS, toIdColumn, type Facet } from './facets.ts'

/** How a cell adds up: from the columns of events, and again from its own. */
export const CELL_SUMS = {
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

export const toFacetColumns = (facet: Facet): readonly string[] => FACETS[facet].map((column) => `"${column}"`)

/** What tells the cells of a kind apart, in the order in which they are kept: those of a value stand together. */
export const toKeys = ({ facets }: Pick<CellKind, 'facets'>): readonly string[] => ['project_id', ...facets.map(toIdColumn), 'status', 'outcome', '"time"']

/**
 * The tables: each value of a facet once, under a number; the cells of each kind; and the day files that were summed up,
 * with `rows` of each kind as JSON. `file` says from which of them a cell was made.
 */
const toTables = (): readonly string[] => [
  ...FACET_NAMES.map((facet) => `"${facet}" (${toIdColumn(facet)} INTEGER, ${FACETS[facet].map((column) => `"${column}" ${column === 'bot' ? 'BOOLEAN' : 'VARCHAR'}`).join(', ')})`),
  ...[...CELL_KINDS.values()].map((kind) => {
    const sums = Object.keys(CELL_SUMS).map((name) => `${name} BIGINT`)
    const latency = kind.latency ? ['buckets SMALLINT[]', 'counts INTEGER[]'] : []
    return `"${kind.name}" (${['file INTEGER', ...toKeys(kind).map((key) => `${key} ${key === '"time"' ? 'BIGINT' : 'INTEGER'}`), ...sums, ...latency].join(', ')})`
  }),
  'files (file INTEGER, name VARCHAR, events BIGINT, bytes BIGINT, rows VARCHAR)',
]

/** To be raised when cells mean something else in the same tables. */
const MEANING = 1

/** Cells that were written for another one are of no use. */
export const CELLS_VERSION = JSON.stringify([MEANING, toTables()])

/** Makes the tables in an attached database that is empty. */
export function toCreateStatements(database: string): readonly string[] {
  return [...toTables().map((table) => `CREATE TABLE ${database}.${table}`), `CREATE TABLE ${database}.about AS SELECT '${CELLS_VERSION.replaceAll("'", "''")}' AS version`]
}
