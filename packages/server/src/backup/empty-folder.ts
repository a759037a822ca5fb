import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SettingError } from '../config/settings.ts'

/** Makes a folder, or takes one that is there and empty. Throws `SettingError` for one that holds anything. */
export async function takeEmptyFolder(folder: string, flag: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const [first] = await readdir(folder)
  if (first !== undefined) throw new SettingError(`${flag} must name a folder that is absent or empty: ${folder} holds ${JSON.stringify(first)}`)
}

/** Removes what was begun in a folder that was empty. The folder stays: it may be where a disk is mounted. */
export async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
}
