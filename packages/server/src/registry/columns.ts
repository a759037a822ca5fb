import type { SqlValue } from '../database/database.ts'

/** A column of whole numbers that may be empty. */
export function toNumber(value: SqlValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}
