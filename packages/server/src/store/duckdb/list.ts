import type { DuckDBValue } from '@duckdb/node-api'
import { FLAG_COLUMNS, INTEGER_COLUMNS } from '../event-columns.ts'
import type { ListFilters, ListQuery } from '../store.ts'
import type { StoredEvent } from '../stored-event.ts'
import type { DayFile } from './day-files.ts'
import type { DaysFolder } from './days-folder.ts'
import { EVENT_COLUMN_LIST, EVENT_COLUMN_TYPES } from './event-table.ts'
import type { Ask } from './live-database.ts'

export async function list(ask: Ask, query: ListQuery, toSource: DaysFolder['toSource']): Promise<readonly StoredEvent[]> {
  const { conditions, parameters } = toConditions(query)
  const order = query.order === 'oldest' ? 'ASC' : 'DESC'
  const inOrder = `ORDER BY "time" ${order}, "id" ${order}`
  const rows = await ask((dayFiles) => {
    const files = dayFiles.filter((file) => mayHold(file, query))
    const tables = files.length === 0 ? ['events'] : ['events', toSource(files)]
    // Each source sorts and cuts for itself: over a union the engine would read every column of every row.
    const parts = tables.map((table) => `(SELECT ${EVENT_COLUMN_LIST} FROM ${table} WHERE ${conditions} ${inOrder} LIMIT $1)`)
    return { sql: `SELECT * FROM (${parts.join(' UNION ALL ')}) ${inOrder} LIMIT $2 OFFSET $3`, parameters }
  })
  return rows.map(toStoredEvent)
}

/** Whether a file's range of time meets that of a question. */
function mayHold({ firstTime, lastTime }: DayFile, { filters, after, order }: ListQuery): boolean {
  const from = Math.max(filters.from ?? -Infinity, order === 'oldest' ? (after?.time ?? -Infinity) : -Infinity)
  const to = Math.min(filters.to ?? Infinity, order === 'newest' && after !== null ? after.time + 1 : Infinity)
  return lastTime >= from && firstTime < to
}

const FILTERS: Readonly<Record<keyof ListFilters, string>> = {
  from: '"time" >=',
  to: '"time" <',
  method: '"method" =',
  route: '"route" =',
  path: '"path" =',
  host: '"host" =',
  status: '"status" =',
  ip: '"ip" =',
  country: '"country" =',
  userId: '"userId" =',
  consumer: '"consumer" =',
  environment: '"environment" =',
  service: '"service" =',
}

function toConditions({ projectId, filters, order, after, limit, offset }: ListQuery): { readonly conditions: string; readonly parameters: readonly DuckDBValue[] } {
  const past = order === 'oldest' ? '>' : '<'
  const conditions = ['"projectId" = $4']
  const parameters: DuckDBValue[] = [BigInt(limit + offset), BigInt(limit), BigInt(offset), BigInt(projectId)]
  for (const [name, condition] of Object.entries(FILTERS)) {
    // Boundary: `Object.entries` forgets that the keys of FILTERS are those of ListFilters.
    const value = filters[name as keyof ListFilters]
    if (value === undefined) continue
    parameters.push(typeof value === 'number' ? BigInt(value) : value)
    conditions.push(`${condition} $${parameters.length}`)
  }
  if (after !== null) {
    parameters.push(BigInt(after.time), BigInt(after.id))
    const time = `$${parameters.length - 1}`
    // The first comparison says nothing new, but lets the engine pass over whole row groups.
    conditions.push(`"time" ${past}= ${time} AND ("time" ${past} ${time} OR "id" ${past} $${parameters.length})`)
  }
  return { conditions: conditions.join(' AND '), parameters }
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
