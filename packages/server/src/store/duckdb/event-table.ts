import { FLAG_COLUMNS, INTEGER_COLUMNS, TEXT_COLUMNS } from '../event-columns.ts'

/** Every column of the `events` table with its type, named as in `StoredEvent`; tags are JSON text. */
export const EVENT_COLUMN_TYPES: ReadonlyMap<string, string> = new Map([
  ...INTEGER_COLUMNS.map((name) => [name, 'BIGINT'] as const),
  ...TEXT_COLUMNS.map((name) => [name, 'VARCHAR'] as const),
  ...FLAG_COLUMNS.map((name) => [name, 'BOOLEAN'] as const),
  ['tags', 'VARCHAR'] as const,
])

/** The columns in their order, quoted, as a list for SELECT. */
export const EVENT_COLUMN_LIST = [...EVENT_COLUMN_TYPES.keys()].map((name) => `"${name}"`).join(', ')
