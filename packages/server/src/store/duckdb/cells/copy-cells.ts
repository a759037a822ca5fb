import type { DuckDBConnection } from '@duckdb/node-api'
import { inTransaction } from '../in-transaction.ts'
import { CELL_KINDS } from './cell-kinds.ts'
import { FACET_NAMES, toIdColumn } from './facets.ts'

/** Copies what is of these files from the attached database `cells` to `draft`, whose tables are empty: values that nothing else names stay behind. */
export async function copyCells(connection: DuckDBConnection, files: readonly number[]): Promise<void> {
  const isKept = files.length === 0 ? 'false' : `file IN (${files.join(', ')})`
  const kinds = [...CELL_KINDS.values()]
  await inTransaction(connection, async () => {
    for (const { name } of kinds) await connection.run(`INSERT INTO draft."${name}" SELECT * FROM cells."${name}" WHERE ${isKept}`)
    for (const facet of FACET_NAMES) {
      const id = toIdColumn(facet)
      const named = kinds.filter(({ facets }) => facets.includes(facet)).map(({ name }) => `SELECT ${id} FROM draft."${name}"`)
      await connection.run(`INSERT INTO draft."${facet}" SELECT * FROM cells."${facet}" WHERE ${id} IN (${named.join(' UNION ')})`)
    }
    await connection.run(`INSERT INTO draft.files SELECT * FROM cells.files WHERE ${isKept}`)
  })
}
