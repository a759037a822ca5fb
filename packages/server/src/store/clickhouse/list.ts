import { FLAG_COLUMNS } from '../event-columns.ts'
import type { ListQuery } from '../store.ts'
import type { StoredEvent } from '../stored-event.ts'
import { toFilterSql } from './query/filter-sql.ts'
import { createParameters, type Parameters } from './query/parameters.ts'
import { EVENTS } from './query/source-sql.ts'
import { EVENT_COLUMNS } from './schema.ts'
import type { Session } from './session.ts'

export async function list({ ask, topology }: Session, query: ListQuery): Promise<readonly StoredEvent[]> {
  const parameters = createParameters()
  const conditions = toConditions(query, parameters)
  const page = `LIMIT ${parameters.add(query.limit, 'Int64')} OFFSET ${parameters.add(query.offset, 'Int64')}`
  const { rows } = await ask(`SELECT ${COLUMNS} FROM ${topology.database}.events WHERE ${conditions} ORDER BY ${ORDERS[query.order]} ${page}`, parameters.values, query.signal)
  return rows.map(toStoredEvent)
}

const NAMES = [...EVENT_COLUMNS.keys()]
const COLUMNS = NAMES.map((name) => `"${name}"`).join(', ')
const FLAGS: ReadonlySet<string> = new Set(FLAG_COLUMNS)

const ORDERS: Readonly<Record<ListQuery['order'], string>> = {
  oldest: '"time", id',
  newest: '"time" DESC, id DESC',
  received: '"receivedAt" DESC, id DESC',
}

function toConditions({ projectId, filters, order, after }: ListQuery, parameters: Parameters): string {
  const { from, to, receivedFrom, ip, where } = filters
  const whole = (value: number) => parameters.add(value, 'Int64')
  const conditions = [`"projectId" = ${whole(projectId)}`]
  if (from !== undefined) conditions.push(`"time" >= ${whole(from)}`)
  if (to !== undefined) conditions.push(`"time" < ${whole(to)}`)
  if (receivedFrom !== undefined) conditions.push(`"receivedAt" >= ${whole(receivedFrom)}`)
  if (ip !== undefined) conditions.push(`ip = ${parameters.add(ip, 'String')}`)
  if (where !== undefined) conditions.push(toFilterSql(where, { dimension: (name) => EVENTS.dimension(name, parameters), quantity: (name) => EVENTS.quantities[name], address: EVENTS.address }, parameters))
  if (after !== null) {
    const past = order === 'oldest' ? '>' : '<'
    const time = whole(after.time)
    // The first comparison says nothing new, but lets the engine pass over whole partitions.
    conditions.push(`"time" ${past}= ${time} AND ("time" ${past} ${time} OR id ${past} ${whole(after.id)})`)
  }
  return conditions.join(' AND ')
}

function toStoredEvent(row: readonly unknown[]): StoredEvent {
  const event: Record<string, unknown> = {}
  for (const [at, name] of NAMES.entries()) {
    const value = row[at] ?? null
    if (FLAGS.has(name)) event[name] = value === true
    else event[name] = name === 'tags' ? toTags(value) : value
  }
  // Boundary: the columns are those of `event-columns.ts`, which a test holds to every member.
  return event as unknown as StoredEvent
}

/** A map has no `null`; an event without tags has no map. */
function toTags(value: unknown): Readonly<Record<string, string>> | null {
  // Boundary: the column maps texts to texts.
  const tags = value as Readonly<Record<string, string>>
  return Object.keys(tags).length === 0 ? null : tags
}
