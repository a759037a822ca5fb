import type { DuckDBValue } from '@duckdb/node-api'

/** The values of a statement's parameters, as they come up while its text is made. */
export interface Parameters {
  /** Keeps a value and returns its place in the text, such as `$3::BIGINT`. */
  add(value: DuckDBValue, type: 'BIGINT' | 'INTEGER' | 'VARCHAR' | 'BOOLEAN' | 'INTEGER[]'): string
  readonly values: readonly DuckDBValue[]
}

export function createParameters(): Parameters {
  const values: DuckDBValue[] = []
  return { values, add: (value, type) => `$${values.push(value)}::${type}` }
}
