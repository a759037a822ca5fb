import type { Failpoints } from '../../failpoints.ts'
import { addDayFile, forgetDayFile, type DayFile } from './day-files.ts'
import { DAY_MS, type DaysFolder } from './days-folder.ts'
import { EVENT_COLUMN_LIST } from './event-table.ts'
import { addFirstSeen } from './first-seen.ts'
import type { Session } from './session.ts'

/** A day may have this many small files; the next takes them in. So late events cost a file each time, but not for ever. */
const MAX_SMALL_FILES = 8
const SMALL_FILE_BYTES = 64 * 1024 * 1024

const DAY = `"time" // ${DAY_MS}`

/**
 * Moves all events from the database into files of their days: first the files are safe on disk, then one transaction
 * says that they count and takes the events out of the table. Their cells are made later, while the loader goes on.
 */
export async function moveEvents({ writer, dayFiles, changeDayFiles }: Session, folder: DaysFolder, failpoint: Failpoints): Promise<void> {
  const days = (await writer.runAndReadAll(`SELECT DISTINCT ${DAY} FROM events ORDER BY ALL`)).getRows().map(([day]) => Number(day))
  const moves: { readonly file: DayFile; readonly takenIn: readonly DayFile[] }[] = []
  for (const day of days) {
    const small = dayFiles().filter((file) => file.day === day && file.bytes < SMALL_FILE_BYTES)
    const takenIn = small.length >= MAX_SMALL_FILES ? small : []
    const events = `SELECT ${EVENT_COLUMN_LIST} FROM events WHERE ${DAY} = ${day}`
    const select = takenIn.length === 0 ? events : `${events} UNION ALL SELECT ${EVENT_COLUMN_LIST} FROM ${folder.toSource(takenIn)}`
    const file = await folder.write(writer, day, select)
    moves.push({ file, takenIn })
  }
  if (moves.length === 0) return
  await changeDayFiles(async () => {
    for (const { file, takenIn } of moves) {
      await addDayFile(writer, file)
      await addFirstSeen(writer, file.name, folder.toSource([file]))
      for (const old of takenIn) await forgetDayFile(writer, old)
    }
    await writer.run('DELETE FROM events')
    failpoint('days.movedUncommitted')
  })
  failpoint('days.moved')
}
