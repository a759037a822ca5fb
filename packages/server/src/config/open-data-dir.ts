import { accessSync, constants, mkdirSync } from 'node:fs'
import { SettingError } from './settings.ts'

/** Makes the data folder where it is absent, readable by its owner only. Throws `SettingError` when that cannot be. */
export function openDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SettingError(`--data (WAYSIDE_DATA) must name a folder that this user can write, got ${JSON.stringify(dataDir)}: ${reason}`, { cause })
  }
}
