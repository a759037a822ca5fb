import { join, resolve } from 'node:path'
import type { Environment } from './config.ts'
import { WaysideOptionError, describeValue } from './option-error.ts'
import type { ResolvedSpool, SpoolMode, SpoolSettings } from './spool-settings.ts'

/** The spool's settings; `null` when it is off. */
export function parseSpool(given: SpoolMode | SpoolSettings | undefined, environment: Environment): ResolvedSpool | null {
  const value: unknown = given ?? environment.spool ?? 'off'
  const settings: Record<string, unknown> = isRecord(value) ? value : { mode: value }
  const unknown = Object.keys(settings).find((name) => !['mode', 'folder', 'maxBytes', 'fsync'].includes(name))
  if (unknown !== undefined) throw new WaysideOptionError('spool', `has no setting ${describeValue(unknown)}; it takes mode, folder, maxBytes and fsync`)
  const { mode = 'overflow', folder = environment.spoolFolder, maxBytes = 64 * MIB, fsync = false } = settings
  if (mode !== 'off' && mode !== 'overflow' && mode !== 'always')
    throw new WaysideOptionError('spool', `must be "off", "overflow", "always" or an object with such a mode, got ${describeValue(mode)}`)
  if (typeof maxBytes !== 'number' || !Number.isInteger(maxBytes) || maxBytes < MIB || maxBytes > 2_048 * MIB)
    throw new WaysideOptionError('spool.maxBytes', `must be a whole number from ${MIB} to ${2_048 * MIB}, got ${describeValue(maxBytes)}`)
  if (typeof fsync !== 'boolean') throw new WaysideOptionError('spool.fsync', `must be true or false, got ${describeValue(fsync)}`)
  if (mode === 'off') return null
  return { always: mode === 'always', folder: parseFolder(folder, environment.stateFolder), maxBytes, fsync }
}

const MIB = 1_048_576

function parseFolder(given: unknown, stateFolder: string | undefined): string {
  if (typeof given === 'string' && given !== '') return resolve(given)
  if (given !== undefined) throw new WaysideOptionError('spool.folder', `must be the path of a folder, got ${describeValue(given)}`)
  if (stateFolder === undefined)
    throw new WaysideOptionError('spool.folder', 'is missing, and this user has no home folder; name a folder that only this user can write to')
  return join(stateFolder, 'wayside', 'spool')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
