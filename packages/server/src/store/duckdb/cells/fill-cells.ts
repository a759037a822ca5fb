import type { DaysFolder } from '../days-folder.ts'
import type { Session } from '../session.ts'
import { addCellsFile } from './cells-files.ts'

/** Makes the cells of one day file that lacks them. Resolves with `false` when none does. */
export async function fillCells({ writer, dayFiles, changeDayFiles }: Session, folder: DaysFolder): Promise<boolean> {
  const file = dayFiles().find(({ cells }) => cells === null)
  if (file === undefined) return false
  const cells = await folder.writeCells(writer, file)
  await changeDayFiles(() => addCellsFile(writer, file.name, cells, folder.toSource([file])))
  return true
}
