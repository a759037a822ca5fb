import { toNamingFilter, type NamedConsumer } from '../named-consumer.ts'
import type { StoreDimension } from '../store-query.ts'
import type { PruneSelection } from '../store.ts'
import { DETAIL_COLUMNS } from '../thin-event.ts'
import { toFilterSql } from './query/filter-sql.ts'
import { createParameters } from './query/parameters.ts'
import { EVENTS } from './query/source-sql.ts'
import { SCHEMA_STEPS } from './schema.ts'
import type { QueryParameters, Session } from './session.ts'
import { onCluster, toLocalName, type TableDefinition } from './to-ddl.ts'

/** The ledger stays, so that a late retry does not bring the project back. */
const KEPT: ReadonlySet<string> = new Set(['incoming', 'probe', 'ledger', 'journal_mark'])

const TABLES: readonly TableDefinition[] = SCHEMA_STEPS.flatMap((step) => step.tables)

/**
 * Removes a project, what is from before a day, the details of that, or what names a consumer of it, from all tables. Each
 * mutation is waited for on every replica: afterwards no part that answers come from holds a row of it. The parts before stay on
 * disk until ClickHouse clears them away.
 */
export async function prune(session: Session, { projectId, from, before, thin = false, consumer }: PruneSelection): Promise<{ readonly events: number }> {
  if (before !== undefined && thin) return thinBefore(session, projectId, before)
  if (before !== undefined) return pruneBetween(session, projectId, from ?? null, before)
  return consumer === undefined ? pruneProject(session, projectId) : pruneConsumer(session, projectId, consumer)
}

async function pruneProject(session: Session, projectId: number): Promise<{ readonly events: number }> {
  const events = await count(session, OF_PROJECT, { projectId })
  await Promise.all(TABLES.filter(({ name }) => !KEPT.has(name)).map(({ name }) => remove(session, name, OF_PROJECT, { projectId })))
  return { events }
}

/** When rows are from, milliseconds since 1970, by table. */
const TIMES: Readonly<Record<string, string>> = {
  events: '"time"',
  cells: 'quarter * 900000',
  shed: 'minute * 60000',
  dropped: 'minute * 60000',
  error_stacks: '"seenAt"',
  first_seen: 'first',
}
const BEFORE = Object.fromEntries(Object.entries(TIMES).map(([name, time]) => [name, `${time} < {before:Int64}`]))

async function pruneBetween(session: Session, projectId: number, from: number | null, before: number): Promise<{ readonly events: number }> {
  const { database } = session.topology
  const values = { projectId, before, ...(from !== null && { from }) }
  const condition = (name: string) => `${OF_PROJECT} AND ${BEFORE[name]}${from === null ? '' : ` AND ${TIMES[name]} >= {from:Int64}`}`
  const events = await count(session, condition('events'), values)
  await Promise.all(Object.keys(TIMES).map((name) => remove(session, name, condition(name), values)))
  // Who was first seen before may have come again since.
  await session.command(
    `INSERT INTO ${database}.first_seen
     SELECT "projectId", "consumerKind" AS kind, assumeNotNull(consumer) AS consumer, min("time") AS first FROM ${database}.events AS event
     WHERE "projectId" = {projectId:Int64} AND event."consumerKind" <> 'unknown' AND event.consumer IS NOT NULL GROUP BY "projectId", kind, consumer`,
    { projectId },
  )
  return { events }
}

/** What is put in the place of details, which are no part of a key. */
const THIN: readonly (readonly [name: string, value: string])[] = DETAIL_COLUMNS.map((name) => [name, name === 'tags' ? 'map()' : 'NULL'])
const THIN_PATH = `ifNull(toString(route), '')`

async function thinBefore(session: Session, projectId: number, before: number): Promise<{ readonly events: number }> {
  const isDetailed = [...THIN.map(([name]) => (name === 'tags' ? 'notEmpty(tags)' : `"${name}" IS NOT NULL`)), `path <> ${THIN_PATH}`].join(' OR ')
  const condition = `${OF_PROJECT} AND ${BEFORE['events']} AND (${isDetailed})`
  const values = { projectId, before }
  const events = await count(session, condition, values)
  const assignments = [...THIN, ['path', THIN_PATH]].map(([name, value]) => `"${name}" = ${value}`).join(', ')
  if (events > 0) await mutate(session, 'events', `UPDATE ${assignments} WHERE ${condition}`, values)
  await remove(session, 'error_stacks', `${OF_PROJECT} AND ${BEFORE['error_stacks']}`, values)
  return { events }
}

/** Sums that name the consumer go. Those that name nobody still count its requests: they cannot be made anew while others add to them. */
async function pruneConsumer(session: Session, projectId: number, named: NonNullable<PruneSelection['consumer']>): Promise<{ readonly events: number }> {
  const { kind, consumer, before } = named
  const parameters = createParameters()
  const columns = { dimension: (name: StoreDimension) => EVENTS.dimension(name, parameters), quantity: () => 'NULL', address: EVENTS.address }
  const condition = `"projectId" = ${parameters.add(projectId, 'Int64')} AND "time" < ${parameters.add(before, 'Int64')} AND ${toFilterSql(toNamingFilter(named), columns, parameters)}`
  const events = await count(session, condition, parameters.values)

  const values = { projectId, kind, consumer, before }
  const facet = CELL_FACETS[kind]
  const ofFacet = facet === null ? 'false' : `facet = '${facet}'`
  await Promise.all([
    remove(session, 'events', condition, parameters.values),
    remove(session, 'first_seen', `${OF_PROJECT} AND kind = {kind:String} AND consumer = {consumer:String}`, values),
    remove(session, 'cells', `${OF_PROJECT} AND quarter * 900000 < {before:Int64} AND value = {consumer:String} AND (${ofFacet} OR (facet = 'consumer' AND kind = {kind:String}))`, values),
  ])
  // It may have come again since.
  await session.command(
    `INSERT INTO ${session.topology.database}.first_seen
     SELECT "projectId", "consumerKind" AS kind, assumeNotNull(consumer) AS consumer, min("time") AS first FROM ${session.topology.database}.events AS event
     WHERE "projectId" = {projectId:Int64} AND event."consumerKind" = {kind:String} AND event.consumer = {consumer:String} GROUP BY "projectId", kind, consumer`,
    values,
  )
  return { events }
}

const OF_PROJECT = '"projectId" = {projectId:Int64}'

/** The facet of cells by which each kind of consumer is known, beside that of consumers. */
const CELL_FACETS: Readonly<Record<NamedConsumer['kind'], string | null>> = { user: 'userId', api_key: 'apiKey', oauth_client: 'oauthClient', ip: null }

async function count({ ask, topology }: Session, condition: string, parameters: QueryParameters): Promise<number> {
  const { rows } = await ask(`SELECT count() FROM ${topology.database}.events WHERE ${condition}`, parameters)
  return Number(rows[0]?.[0] ?? 0)
}

function remove(session: Session, name: string, condition: string, parameters: QueryParameters): Promise<void> {
  return mutate(session, name, `DELETE WHERE ${condition}`, parameters)
}

async function mutate({ command, topology }: Session, name: string, change: string, parameters: QueryParameters): Promise<void> {
  for (const table of TABLES.filter((each) => each.name === name)) {
    const place = `${topology.database}.${toLocalName(table, topology)}${onCluster(topology)}`
    await command(`ALTER TABLE ${place} ${change} SETTINGS mutations_sync = 2`, parameters)
  }
}
