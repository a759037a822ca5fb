import type { StoreDimension, StoreQuery } from '../../store-query.ts'
import type { CellKind } from '../cells/cell-kinds.ts'
import { CELL_SUMS } from '../cells/cells-schema.ts'
import { toFacet, toIdColumn, type Facet } from '../cells/facets.ts'
import { ofEvents } from './dimension-sql.ts'
import { toFilterSql } from './filter-sql.ts'
import { addDimensions } from './needed-facets.ts'
import type { Parameters } from './parameters.ts'
import { MEASURE_COLUMNS, toStretchesSql, type MeasureColumn, type Stretch } from './source-sql.ts'

/** Cells of a kind, of some files and stretches of time. */
export interface CellSource {
  readonly cells: CellKind
  /** Numbers of the files. */
  readonly files: readonly number[]
  readonly ranges: readonly Stretch[]
  /** What to take from them: how much, in which latency buckets, or who called. */
  readonly of: 'sums' | 'buckets' | 'callers'
}

/**
 * The same columns as `toSourceSql` makes of events. Cells are added up by the numbers of their values, which are replaced by
 * the values in what is left: text is compared a hundred times less often so.
 */
export function toCellsSql(source: CellSource, question: StoreQuery, interval: (time: string) => string, parameters: Parameters): string {
  const { cells, of } = source
  const dimension = (name: StoreDimension) => ofEvents(name, parameters)
  const shown: readonly StoreDimension[] = of === 'callers' ? [...question.groupBy, 'consumer'] : question.groupBy
  const facets = toFacets(shown, cells)
  const each = of === 'sums' || shown.some((name) => toFacet(name) === 'every') ? ['status', 'outcome'] : []
  const keys = [`${interval('"time"')} AS i`, ...facets.map(toIdColumn), ...each]

  const columns = [
    'i',
    ...question.groupBy.map((name, at) => `${dimension(name)} AS k${at}`),
    of === 'sums' ? 'status' : 'NULL AS status',
    ...(of === 'callers' ? ['"consumerKind" AS kind', 'consumer'] : ['NULL AS kind', 'NULL AS consumer']),
    ...MEASURE_COLUMNS.map((name) => `${MEASURES[of][name] ?? '0'} AS ${name}`),
  ]
  return `SELECT ${columns.join(', ')} FROM (${toInnerSql(source, keys, question, parameters)}) ${facets.map(toJoin).join(' ')}`
}

function toInnerSql({ cells, files, ranges, of }: CellSource, keys: readonly string[], { projectId, filter }: StoreQuery, parameters: Parameters): string {
  const conditions = [`project_id = ${parameters.add(projectId, 'INTEGER')}`, toFilesSql(files), toStretchesSql(ranges, parameters)]
  const filtered: StoreDimension[] = []
  if (filter !== null) {
    addDimensions(filter, filtered)
    const columns = { dimension: (name: StoreDimension) => ofEvents(name, parameters), quantity: () => 'status', address: 'NULL::VARCHAR' }
    conditions.push(toFilterSql(filter, columns, parameters))
  }
  const from = `cells."${cells.name}" ${toFacets(filtered, cells).map(toJoin).join(' ')} WHERE ${conditions.join(' AND ')}`
  switch (of) {
    case 'sums':
      return `SELECT ${[...keys, ...SUMS].join(', ')} FROM ${from} GROUP BY ALL`
    case 'callers':
      return `SELECT DISTINCT ${keys.join(', ')} FROM ${from}`
    case 'buckets':
      return `SELECT * EXCLUDE (count), sum(count) AS hits FROM (SELECT ${keys.join(', ')}, unnest(buckets) AS bucket, unnest(counts) AS count FROM ${from}) GROUP BY ALL`
  }
}

/** Without the bound of each sum: what reads them bounds their own. */
const SUMS = Object.keys(CELL_SUMS).map((name) => `${name === 'longest' || name === 'seen' ? 'max' : 'sum'}(${name}) AS ${name}`)

/** Zero where nothing is said. */
const MEASURES: Readonly<Record<CellSource['of'], Readonly<Partial<Record<MeasureColumn, string>>>>> = {
  sums: {
    ...Object.fromEntries(Object.keys(CELL_SUMS).map((name) => [name, name])),
    aborted: 'CASE WHEN outcome <> 0 THEN n ELSE 0 END',
    bucket: 'NULL',
  },
  buckets: { bucket: 'bucket', hits: 'hits' },
  callers: {},
}

const toJoin = (facet: Facet) => `JOIN cells."${facet}" USING (${toIdColumn(facet)})`

/** The facets of cells in which some dimensions are. */
function toFacets(dimensions: readonly StoreDimension[], { facets }: CellKind): readonly Facet[] {
  const wanted = new Set(dimensions.map((name) => (toFacet(name) === 'kind' && facets.includes('consumer') ? 'consumer' : toFacet(name))))
  return facets.filter((facet) => wanted.has(facet))
}

/** Numbers of files as few ranges. */
function toFilesSql(files: readonly number[]): string {
  const runs: { from: number; to: number }[] = []
  for (const file of files.toSorted((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last?.to === file - 1) last.to = file
    else runs.push({ from: file, to: file })
  }
  return `(${runs.map(({ from, to }) => `file BETWEEN ${from} AND ${to}`).join(' OR ')})`
}
