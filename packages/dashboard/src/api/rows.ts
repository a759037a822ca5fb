import type { DimensionValue, Metric, QueryAnswer, QueryRow } from '@wayside/protocol'

/** One row of an answer, read by the names of its columns. */
export interface Row {
  /** Values of the dimensions, in their order. */
  readonly keys: readonly DimensionValue[]
  /** `null` where nothing was measured. */
  of(metric: Metric): number | null
  /** The same of the period that it is compared with; `null` where there is nothing. */
  before(metric: Metric): number | null
}

/** All rows. A metric that was not asked for is `null`. */
export function toRows({ columns, rows, comparison }: QueryAnswer): readonly Row[] {
  const dimensions = columns.filter(({ kind }) => kind === 'dimension').length
  const places = new Map(columns.map(({ key }, at) => [key, at]))
  const read = (row: QueryRow | null | undefined, metric: Metric, offset: number) => {
    const at = places.get(metric)
    const value = at === undefined ? null : row?.[at - offset]
    return typeof value === 'number' ? value : null
  }
  return rows.map((row, at) => ({
    keys: row.slice(0, dimensions),
    of: (metric) => read(row, metric, 0),
    before: (metric) => read(comparison?.rows[at], metric, dimensions),
  }))
}

/** The only row of an answer without dimensions; one that knows nothing where there is no answer. */
export function toOnlyRow(answer: QueryAnswer | undefined): Row {
  const [row] = answer === undefined ? [] : toRows(answer)
  return row ?? { keys: [], of: () => null, before: () => null }
}
