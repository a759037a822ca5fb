import type { DaysFolder } from './days-folder.ts'
import { addFirstSeen } from './first-seen.ts'
import type { Session } from './session.ts'

/** Finds the first requests of consumers in one day file that was not gone through. Resolves with `false` when all were. */
export async function fillFirstSeen({ writer, dayFiles, changeDayFiles }: Session, folder: DaysFolder): Promise<boolean> {
  const file = dayFiles().find(({ hasFirstSeen }) => !hasFirstSeen)
  if (file === undefined) return false
  await changeDayFiles(() => addFirstSeen(writer, file.name, folder.toSource([file])))
  return true
}
