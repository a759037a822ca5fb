import type { DuckDBValue } from '@duckdb/node-api'
import { FLAG_COLUMNS, INTEGER_COLUMNS } from '../event-columns.ts'
import type { ListQuery } from '../store.ts'
import type { StoredEvent } from '../stored-event.ts'
import type { DayFile } from './day-files.ts'
import type { DaysFolder } from './days-folder.ts'
import { EVENT_COLUMN_LIST, EVENT_COLUMN_TYPES } from './event-table.ts'
import type { Ask } from './live-database.ts'
import { toFilterSql } from './query/filter-sql.ts'
import { createParameters, type Parameters } from './query/parameters.ts'
import { EVENTS } from './query/source-sql.ts'
import type { Statement } from './statement.ts'
import type { PresentFile } from './session.ts'

/**
 * One page. Days are asked in the order of the list, a few files at first and then more, until the page ends before the
 * next file begins: most pages are found in the newest files, however many there are.
 */
export async function list(ask: Ask, query: ListQuery, toSource: DaysFolder['toSource']): Promise<readonly StoredEvent[]> {
  for (let count = FIRST_FILES; ; count *= MORE_FILES) {
    let next: DayFile | undefined
    const rows = await ask((dayFiles) => {
      const files = inOrder(dayFiles, query)
      next = files[count]
      return toStatement(query, files.slice(0, count), toSource)
    }, query)
    const events = rows.map(toStoredEvent)
    if (next === undefined || (events.length === query.limit && isBefore(events.at(-1), next, query.order))) return events
  }
}

const FIRST_FILES = 4
const MORE_FILES = 4

/** Files that may hold events of the list, those that begin it first. What was received last may be of any day. */
function inOrder(dayFiles: readonly PresentFile[], query: ListQuery): readonly PresentFile[] {
  const files = dayFiles.filter((file) => mayHold(file, query))
  return query.order === 'oldest' ? files.toSorted((a, b) => a.firstTime - b.firstTime) : files.toSorted((a, b) => b.lastTime - a.lastTime)
}

/** Whether an event comes before all that a file, and those behind it, may hold. */
function isBefore(event: StoredEvent | undefined, { firstTime, lastTime }: DayFile, order: ListQuery['order']): boolean {
  if (event === undefined || order === 'received') return false
  return order === 'oldest' ? event.time < firstTime : event.time > lastTime
}

function toStatement(query: ListQuery, files: readonly PresentFile[], toSource: DaysFolder['toSource']): Statement {
  const parameters = createParameters()
  const whole = (value: number) => parameters.add(BigInt(value), 'BIGINT')
  const conditions = toConditions(query, parameters)
  const order = `ORDER BY ${ORDERS[query.order]}`
  const first = `LIMIT ${whole(query.limit + query.offset)}`
  const tables = files.length === 0 ? ['events'] : ['events', toSource(files)]
  // Each source sorts and cuts for itself: over a union the engine would read every column of every row.
  const parts = tables.map((table) => `(SELECT ${EVENT_COLUMN_LIST} FROM ${table} WHERE ${conditions} ${order} ${first})`)
  return { sql: `SELECT * FROM (${parts.join(' UNION ALL ')}) ${order} LIMIT ${whole(query.limit)} OFFSET ${whole(query.offset)}`, parameters: parameters.values }
}

const ORDERS: Readonly<Record<ListQuery['order'], string>> = {
  oldest: '"time", "id"',
  newest: '"time" DESC, "id" DESC',
  received: '"receivedAt" DESC, "id" DESC',
}

/** Whether a file's range of time meets that of a question. */
function mayHold({ firstTime, lastTime }: DayFile, { filters, after, order }: ListQuery): boolean {
  const from = Math.max(filters.from ?? -Infinity, order === 'oldest' ? (after?.time ?? -Infinity) : -Infinity)
  const to = Math.min(filters.to ?? Infinity, order === 'newest' && after !== null ? after.time + 1 : Infinity)
  return lastTime >= from && firstTime < to
}

function toConditions({ projectId, filters, order, after }: ListQuery, parameters: Parameters): string {
  const { from, to, receivedFrom, ip, where } = filters
  const whole = (value: number) => parameters.add(BigInt(value), 'BIGINT')
  const conditions = [`"projectId" = ${whole(projectId)}`]
  if (from !== undefined) conditions.push(`"time" >= ${whole(from)}`)
  if (to !== undefined) conditions.push(`"time" < ${whole(to)}`)
  if (receivedFrom !== undefined) conditions.push(`"receivedAt" >= ${whole(receivedFrom)}`)
  if (ip !== undefined) conditions.push(`"ip" = ${parameters.add(ip, 'VARCHAR')}`)
  if (where !== undefined) conditions.push(toFilterSql(where, { dimension: (name) => EVENTS.dimension(name, parameters), quantity: (name) => EVENTS.quantities[name], address: EVENTS.address }, parameters))
  if (after !== null) {
    const past = order === 'oldest' ? '>' : '<'
    const time = whole(after.time)
    // The first comparison says nothing new, but lets the engine pass over whole row groups.
    conditions.push(`"time" ${past}= ${time} AND ("time" ${past} ${time} OR "id" ${past} ${whole(after.id)})`)
  }
  return conditions.join(' AND ')
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
