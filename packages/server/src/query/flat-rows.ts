import type { QueryAnswer, QueryColumn, QueryRow } from '@wayside/protocol'

export interface FlatColumn {
  readonly name: string
  readonly type: QueryColumn['type']
}

/** The columns of a table without a second dimension: what is compared stands behind, as `compared:` and the metric. */
export function flatColumns({ columns, comparison }: QueryAnswer): readonly FlatColumn[] {
  const own = columns.map(({ key, type }) => ({ name: key, type }))
  if (comparison === null) return own
  return [...own, ...columns.filter(({ kind }) => kind === 'metric').map(({ key, type }) => ({ name: `compared:${key}`, type }))]
}

/** Rows with the values of their counterparts. */
export function* flatRows({ columns, rows, comparison }: QueryAnswer): Generator<QueryRow> {
  const missing = columns.filter(({ kind }) => kind === 'metric').map(() => null)
  for (const [at, row] of rows.entries()) yield comparison === null ? row : [...row, ...(comparison.rows[at] ?? missing)]
}
