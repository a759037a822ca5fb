import type { DaysFolder } from '../days-folder.ts'
import { addFirstSeen } from '../first-seen.ts'
import type { Session } from '../session.ts'

/** Sums up one day file that lacks cells, or whose consumers' first requests are not known. Resolves with `false` when none does. */
export async function fillCells({ writer, dayFiles, changeDayFiles, sumUp }: Session, folder: DaysFolder): Promise<boolean> {
  const file = dayFiles().find(({ cells, hasFirstSeen }) => cells === null || !hasFirstSeen)
  if (file === undefined) return false
  if (file.cells === null) await sumUp(file)
  if (!file.hasFirstSeen) await changeDayFiles(() => addFirstSeen(writer, file.name, folder.toSource([file])))
  return true
}
