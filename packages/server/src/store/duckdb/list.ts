import type { DuckDBValue } from '@duckdb/node-api'
import { FLAG_COLUMNS, INTEGER_COLUMNS } from '../event-columns.ts'
import type { ListFilters, ListQuery } from '../store.ts'
import type { StoredEvent } from '../stored-event.ts'
import { EVENT_COLUMN_LIST, EVENT_COLUMN_TYPES } from './event-table.ts'
import type { QueryPool } from './query-pool.ts'

export async function list(ask: QueryPool['query'], query: ListQuery): Promise<readonly StoredEvent[]> {
  const { sql, parameters } = toSql(query)
  return (await ask(sql, parameters)).map(toStoredEvent)
}

const FILTERS: Readonly<Record<keyof ListFilters, string>> = {
  from: '"time" >= ?',
  to: '"time" < ?',
  method: '"method" = ?',
  route: '"route" = ?',
  path: '"path" = ?',
  host: '"host" = ?',
  status: '"status" = ?',
  ip: '"ip" = ?',
  country: '"country" = ?',
  userId: '"userId" = ?',
  consumer: '"consumer" = ?',
  environment: '"environment" = ?',
  service: '"service" = ?',
}

function toSql({ projectId, filters, order, limit, after, offset }: ListQuery): { sql: string; parameters: readonly DuckDBValue[] } {
  const [past, direction] = order === 'oldest' ? ['>', 'ASC'] : ['<', 'DESC']
  const conditions = ['"projectId" = ?']
  const parameters: DuckDBValue[] = [BigInt(projectId)]
  for (const [name, condition] of Object.entries(FILTERS)) {
    // Boundary: `Object.entries` forgets that the keys of FILTERS are those of ListFilters.
    const value = filters[name as keyof ListFilters]
    if (value === undefined) continue
    conditions.push(condition)
    parameters.push(typeof value === 'number' ? BigInt(value) : value)
  }
  if (after !== null) {
    // The first comparison says nothing new, but lets the engine pass over whole row groups.
    conditions.push(`"time" ${past}= ? AND ("time" ${past} ? OR "id" ${past} ?)`)
    parameters.push(BigInt(after.time), BigInt(after.time), BigInt(after.id))
  }
  parameters.push(BigInt(limit), BigInt(offset))
  return {
    sql: `SELECT ${EVENT_COLUMN_LIST} FROM events WHERE ${conditions.join(' AND ')} ORDER BY "time" ${direction}, "id" ${direction} LIMIT ? OFFSET ?`,
    parameters,
  }
}

const NAMES = [...EVENT_COLUMN_TYPES.keys()]
const INTEGERS: ReadonlySet<string> = new Set(INTEGER_COLUMNS)
const FLAGS: ReadonlySet<string> = new Set(FLAG_COLUMNS)

function toStoredEvent(row: readonly DuckDBValue[]): StoredEvent {
  const event: Record<string, unknown> = {}
  for (const [at, name] of NAMES.entries()) {
    const value = row[at] ?? null
    if (FLAGS.has(name)) event[name] = value === true
    else if (value === null) event[name] = null
    else if (INTEGERS.has(name)) event[name] = Number(value)
    else event[name] = name === 'tags' ? JSON.parse(String(value)) : value
  }
  // Boundary: the columns are those of `event-columns.ts`, which a test holds to every member.
  return event as unknown as StoredEvent
}
