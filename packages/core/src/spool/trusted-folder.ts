import { dirname } from 'node:path'
import process from 'node:process'
import { FOLDER_MODE, syncFolder, type SpoolFiles } from './spool-files.ts'

/** The user that this process runs as; `null` where the system has no such numbers. */
export const HOST_UID: number | null = process.getuid?.() ?? null

/** Write permission for the group or for everybody. */
const OTHERS_WRITE = 0o022

/**
 * Makes a folder for this user alone if there is none.
 * @throws when somebody else could put files there or take them away; the message says what to do.
 */
export async function makeTrustedFolder(path: string, files: SpoolFiles, uid: number | null): Promise<void> {
  const firstMade = await files.mkdir(path, { recursive: true, mode: FOLDER_MODE })
  if (firstMade !== undefined) for (let made = path; made.length >= firstMade.length; made = dirname(made)) await syncFolder(files, dirname(made))
  const status = await files.lstat(path)
  if (!status.isDirectory()) throw new UntrustedFolder(path, 'is a link or a file')
  if (uid === null) return
  if (status.uid !== uid) throw new UntrustedFolder(path, `belongs to user ${status.uid} and not to this one, ${uid}`)
  if ((status.mode & OTHERS_WRITE) !== 0) throw new UntrustedFolder(path, 'can be written by others')
}

/** A folder that is refused, not one that is in trouble. */
export class UntrustedFolder extends Error {
  override readonly name = 'UntrustedFolder'

  constructor(path: string, fault: string) {
    super(`${path} ${fault}: give the spool a folder of its own, such as a new one inside`)
  }
}
