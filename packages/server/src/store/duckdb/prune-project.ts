import { addDayFile, forgetDayFile, type DayFile } from './day-files.ts'
import type { DaysFolder } from './days-folder.ts'
import { addFirstSeen } from './first-seen.ts'
import type { Session } from './session.ts'

/** The ledger is not among them: a late retry must not bring back what was removed, and it names no person. */
const DERIVED_TABLES = ['shed', 'dropped', 'first_seen', 'error_stacks', 'producers'] as const

/** Removes a project's events, from the database and by writing the files of its days anew, and all that was derived from them. */
export async function pruneProject({ writer, dayFiles, changeDayFiles, sumUp }: Session, folder: DaysFolder, projectId: number): Promise<{ readonly events: number }> {
  const rewritten: { readonly old: DayFile; readonly file: DayFile | null }[] = []
  for (const old of dayFiles().filter(({ projects }) => projects.includes(projectId))) {
    const others = `SELECT * FROM ${folder.toSource([old])} WHERE "projectId" <> ${projectId}`
    const file = old.projects.length === 1 ? null : await folder.write(writer, old.day, others)
    if (file !== null) await sumUp(file)
    rewritten.push({ old, file })
  }
  let events = 0
  await changeDayFiles(async () => {
    for (const { old, file } of rewritten) {
      await forgetDayFile(writer, old)
      if (file !== null) {
        await addDayFile(writer, file)
        await addFirstSeen(writer, file, folder.toSource([file]))
      }
      events += old.events - (file?.events ?? 0)
    }
    events += (await writer.run('DELETE FROM events WHERE "projectId" = $1::BIGINT', [BigInt(projectId)])).rowsChanged
    for (const table of DERIVED_TABLES) await writer.run(`DELETE FROM ${table} WHERE project_id = $1::INTEGER`, [projectId])
  })
  return { events }
}
