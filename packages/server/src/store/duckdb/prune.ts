import { toNamingFilter, type NamedConsumer } from '../named-consumer.ts'
import type { StoreDimension } from '../store-query.ts'
import type { PruneSelection } from '../store.ts'
import { DETAIL_COLUMNS } from '../thin-event.ts'
import { addDayFile, forgetDayFile, type DayFile } from './day-files.ts'
import type { DaysFolder } from './days-folder.ts'
import { addFirstSeen } from './first-seen.ts'
import { toFilterSql } from './query/filter-sql.ts'
import type { Parameters } from './query/parameters.ts'
import { EVENTS } from './query/source-sql.ts'
import type { Session } from './session.ts'

/** The ledger is not among them: a late retry must not bring back what was removed, and it names no person. */
const DERIVED_TABLES = ['shed', 'dropped', 'first_seen', 'error_stacks', 'producers'] as const

/**
 * Removes events of a project, or what tells more of them than sums do, from the database and by writing the files of its
 * days anew, and what was derived from them.
 */
export async function prune({ writer, dayFiles, changeDayFiles, sumUp }: Session, folder: DaysFolder, selection: PruneSelection): Promise<{ readonly events: number }> {
  const { projectId, from = -Infinity, before = Infinity, thin = false } = selection
  const goes = toCondition(selection)
  const rewritten: { readonly old: DayFile; readonly file: DayFile | null; readonly going: number }[] = []
  for (const old of dayFiles().filter(({ projects, firstTime, lastTime }) => projects.includes(projectId) && firstTime < before && lastTime >= from)) {
    const source = folder.toSource([old])
    const going = Number((await writer.runAndReadAll(`SELECT count(*) FROM ${source} WHERE ${goes}`)).getRows()[0]?.[0])
    if (going === 0) continue
    const select = thin ? `SELECT * REPLACE (${toThinColumns(goes)}) FROM ${source}` : `SELECT * FROM ${source} WHERE NOT coalesce(${goes}, false)`
    const file = going === old.events && !thin ? null : await folder.write(writer, old.day, select)
    if (file !== null) await sumUp(file)
    rewritten.push({ old, file, going })
  }
  const gone = new Set(rewritten.map(({ old }) => old.name))
  const stay = [...dayFiles().filter(({ name }) => !gone.has(name)), ...rewritten.flatMap(({ file }) => file ?? [])].filter(({ projects }) => projects.includes(projectId))
  let events = 0
  await changeDayFiles(async () => {
    for (const { old, file, going } of rewritten) {
      await forgetDayFile(writer, old)
      if (file !== null) {
        await addDayFile(writer, file)
        await addFirstSeen(writer, file.name, folder.toSource([file]))
      }
      events += going
    }
    events += (await writer.run(thin ? `UPDATE events SET ${THIN_ASSIGNMENTS} WHERE ${goes}` : `DELETE FROM events WHERE ${goes}`)).rowsChanged
    for (const statement of toDerivedStatements(selection, stay.length === 0 ? null : folder.toSource(stay))) await writer.run(statement)
  })
  return { events }
}

const MINUTE_MS = 60_000

/** Without a beginning all before the end. */
function toSpan(column: string, from: number | undefined, before: number): string {
  return from === undefined ? `${column} < ${before}` : `${column} >= ${from} AND ${column} < ${before}`
}

/** What is put in the place of details. */
const THIN: readonly (readonly [name: string, value: string])[] = [...DETAIL_COLUMNS.map((name) => [name, 'NULL'] as const), ['path', `coalesce("route", '')`]]
const THIN_ASSIGNMENTS = THIN.map(([name, value]) => `"${name}" = ${value}`).join(', ')
const IS_DETAILED = THIN.map(([name, value]) => `"${name}" IS DISTINCT FROM ${value}`).join(' OR ')

function toThinColumns(goes: string): string {
  return THIN.map(([name, value]) => `CASE WHEN ${goes} THEN ${value} ELSE "${name}" END AS "${name}"`).join(', ')
}

function toCondition({ projectId, from, before, thin = false, consumer }: PruneSelection): string {
  const ofProject = `"projectId" = ${projectId}`
  if (before !== undefined && thin) return `(${ofProject} AND "time" < ${before} AND (${IS_DETAILED}))`
  if (before !== undefined) return `(${ofProject} AND ${toSpan('"time"', from, before)})`
  if (consumer === undefined) return ofProject
  const columns = { dimension: (name: StoreDimension) => EVENTS.dimension(name, LITERALS), quantity: () => 'NULL', address: EVENTS.address }
  return `(${ofProject} AND "time" < ${consumer.before} AND ${toFilterSql(toNamingFilter(consumer), columns, LITERALS)})`
}

/** Source: the events of the project that stay, to select from. */
function toDerivedStatements({ projectId, from, before, thin = false, consumer }: PruneSelection, source: string | null): readonly string[] {
  if (before !== undefined && thin) return [`DELETE FROM error_stacks WHERE seen_at < ${before} AND project_id = ${projectId}`]
  if (before !== undefined) return toStatementsBetween(projectId, from, before, source)
  if (consumer !== undefined) return toFirstSeenStatements(projectId, consumer, source)
  return DERIVED_TABLES.map((table) => `DELETE FROM ${table} WHERE project_id = ${projectId}`)
}

/** First requests from that time are forgotten too, and learnt again from those that stay. */
function toStatementsBetween(projectId: number, from: number | undefined, before: number, source: string | null): readonly string[] {
  const [begin, minute] = [from === undefined ? undefined : from / MINUTE_MS, before / MINUTE_MS]
  const forget = [
    `shed WHERE ${toSpan('minute', begin, minute)}`,
    `dropped WHERE ${toSpan('minute', begin, minute)}`,
    `error_stacks WHERE ${toSpan('seen_at', from, before)}`,
    `first_seen WHERE ${toSpan('"time"', from, before)}`,
  ].map((rows) => `DELETE FROM ${rows} AND project_id = ${projectId}`)
  if (source === null) return forget
  const known = `
    SELECT "projectId" AS project_id, "consumerKind" AS kind, consumer, min("time") AS "time" FROM ${source}
    WHERE "projectId" = ${projectId} AND "consumerKind" <> 'unknown' AND consumer IS NOT NULL GROUP BY ALL`
  return [...forget, `INSERT INTO first_seen BY NAME SELECT * FROM (${known}) ANTI JOIN first_seen USING (project_id, kind, consumer)`]
}

/** What is known of the consumer's first request goes, and is learnt again from what came after. */
function toFirstSeenStatements(projectId: number, { kind, consumer }: NamedConsumer, source: string | null): readonly string[] {
  const [ofKind, named] = [`kind = ${toLiteral(kind)}`, `consumer = ${toLiteral(consumer)}`]
  const forget = `DELETE FROM first_seen WHERE project_id = ${projectId} AND ${ofKind} AND ${named}`
  if (source === null) return [forget]
  const known = `SELECT "projectId" AS project_id, "consumerKind" AS kind, consumer, min("time") AS "time" FROM ${source}`
  return [forget, `INSERT INTO first_seen BY NAME ${known} WHERE "projectId" = ${projectId} AND "consumerKind" = ${toLiteral(kind)} AND ${named} GROUP BY ALL`]
}

/** Statements that write files take no parameters. */
const LITERALS: Parameters = { values: [], add: (value) => toLiteral(String(value)) }

/** Any text, as bytes, so that nothing in it can mean anything. */
function toLiteral(text: string): string {
  return `decode(unhex('${Buffer.from(text).toString('hex')}'))`
}
