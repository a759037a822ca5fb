import { FLAG_COLUMNS } from '../event-columns.ts'
import type { ListFilters, ListQuery } from '../store.ts'
import type { StoredEvent } from '../stored-event.ts'
import { EVENT_COLUMNS } from './schema.ts'
import type { QueryParameters, Session } from './session.ts'

export async function list({ ask, topology }: Session, query: ListQuery): Promise<readonly StoredEvent[]> {
  const { conditions, parameters } = toConditions(query)
  const order = query.order === 'oldest' ? 'ASC' : 'DESC'
  const { rows } = await ask(
    `SELECT ${COLUMNS} FROM ${topology.database}.events WHERE ${conditions}
    ORDER BY "time" ${order}, id ${order} LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    parameters,
  )
  return rows.map(toStoredEvent)
}

const NAMES = [...EVENT_COLUMNS.keys()]
const COLUMNS = NAMES.map((name) => `"${name}"`).join(', ')
const FLAGS: ReadonlySet<string> = new Set(FLAG_COLUMNS)

const FILTERS: Readonly<Record<keyof ListFilters, string>> = {
  from: '"time" >= {from:Int64}',
  to: '"time" < {to:Int64}',
  method: 'method = {method:String}',
  route: 'route = {route:String}',
  path: 'path = {path:String}',
  host: 'host = {host:String}',
  status: 'status = {status:Int64}',
  ip: 'ip = {ip:String}',
  country: 'country = {country:String}',
  userId: '"userId" = {userId:String}',
  consumer: 'consumer = {consumer:String}',
  environment: 'environment = {environment:String}',
  service: 'service = {service:String}',
}

function toConditions({ projectId, filters, order, after, limit, offset }: ListQuery): { readonly conditions: string; readonly parameters: QueryParameters } {
  const conditions = ['"projectId" = {projectId:Int64}']
  const parameters: Record<string, string | number> = { projectId, limit, offset }
  for (const [name, condition] of Object.entries(FILTERS)) {
    // Boundary: `Object.entries` forgets that the keys of FILTERS are those of ListFilters.
    const value = filters[name as keyof ListFilters]
    if (value === undefined) continue
    parameters[name] = value
    conditions.push(condition)
  }
  if (after !== null) {
    const past = order === 'oldest' ? '>' : '<'
    parameters['afterTime'] = after.time
    parameters['afterId'] = after.id
    // The first comparison says nothing new, but lets the engine pass over whole partitions.
    conditions.push(`"time" ${past}= {afterTime:Int64} AND ("time" ${past} {afterTime:Int64} OR id ${past} {afterId:Int64})`)
  }
  return { conditions: conditions.join(' AND '), parameters }
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
