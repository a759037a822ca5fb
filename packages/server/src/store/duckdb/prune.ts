import { toNamingFilter, type NamedConsumer } from '../named-consumer.ts'
import type { StoreDimension } from '../store-query.ts'
import type { PruneSelection } from '../store.ts'
import { addDayFile, forgetDayFile, type DayFile } from './day-files.ts'
import type { DaysFolder } from './days-folder.ts'
import { addFirstSeen } from './first-seen.ts'
import { toFilterSql } from './query/filter-sql.ts'
import type { Parameters } from './query/parameters.ts'
import { EVENTS } from './query/source-sql.ts'
import type { Session } from './session.ts'

/** The ledger is not among them: a late retry must not bring back what was removed, and it names no person. */
const DERIVED_TABLES = ['shed', 'dropped', 'first_seen', 'error_stacks', 'producers'] as const

/** Removes events of a project, from the database and by writing the files of its days anew, and what was derived from them. */
export async function prune({ writer, dayFiles, changeDayFiles, sumUp }: Session, folder: DaysFolder, selection: PruneSelection): Promise<{ readonly events: number }> {
  const { projectId, consumer } = selection
  const goes = toCondition(selection)
  const rewritten: { readonly old: DayFile; readonly file: DayFile | null }[] = []
  for (const old of dayFiles().filter(({ projects }) => projects.includes(projectId))) {
    const source = folder.toSource([old])
    const kept = old.events - Number((await writer.runAndReadAll(`SELECT count(*) FROM ${source} WHERE ${goes}`)).getRows()[0]?.[0])
    if (kept === old.events) continue
    const file = kept === 0 ? null : await folder.write(writer, old.day, `SELECT * FROM ${source} WHERE NOT coalesce(${goes}, false)`)
    if (file !== null) await sumUp(file)
    rewritten.push({ old, file })
  }
  const gone = new Set(rewritten.map(({ old }) => old.name))
  const stay = [...dayFiles().filter(({ name }) => !gone.has(name)), ...rewritten.flatMap(({ file }) => file ?? [])].filter(({ projects }) => projects.includes(projectId))
  let events = 0
  await changeDayFiles(async () => {
    for (const { old, file } of rewritten) {
      await forgetDayFile(writer, old)
      if (file !== null) {
        await addDayFile(writer, file)
        await addFirstSeen(writer, file.name, folder.toSource([file]))
      }
      events += old.events - (file?.events ?? 0)
    }
    events += (await writer.run(`DELETE FROM events WHERE ${goes}`)).rowsChanged
    if (consumer === undefined) for (const table of DERIVED_TABLES) await writer.run(`DELETE FROM ${table} WHERE project_id = $1::INTEGER`, [projectId])
    else for (const statement of toFirstSeenStatements(projectId, consumer, stay.length === 0 ? null : folder.toSource(stay))) await writer.run(statement)
  })
  return { events }
}

function toCondition({ projectId, consumer }: PruneSelection): string {
  const ofProject = `"projectId" = ${projectId}`
  if (consumer === undefined) return ofProject
  const columns = { dimension: (name: StoreDimension) => EVENTS.dimension(name, LITERALS), quantity: () => 'NULL' }
  return `(${ofProject} AND "time" < ${consumer.before} AND ${toFilterSql(toNamingFilter(consumer), columns, LITERALS)})`
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
