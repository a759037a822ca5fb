import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { SettingError } from './settings.ts'

/** Makes the data folder where it is absent, readable by its owner only. Throws `SettingError` when that cannot be. */
export function openDataDir(dataDir: string): void {
  try {
    makeFolder(resolve(dataDir))
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SettingError(
      `--data (WAYSIDE_DATA) must name a folder that this user can write, got ${JSON.stringify(dataDir)}: ${reason}`,
      { cause },
    )
  }
}

/** Not the `recursive` option of mkdir: it never ends below /proc, where a folder that exists says that it does not. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  const above = dirname(path)
  if (above !== path) makeFolder(above)
  mkdirSync(path, { mode: 0o700 })
}
