import { SERVE_OPTIONS, parseSettings, type ServeOption, type ServeOptionName, type WrittenOptions } from './options.ts'
import { parseRemote, type Remote, type RemoteFlags } from './remote.ts'
import type { Settings } from './settings.ts'

/**
 * The settings of this process: flags first, then `WAYSIDE_*` variables, then defaults. The only place that reads the
 * environment. Throws `SettingError`.
 */
export function readSettings(flags: WrittenOptions, environment: NodeJS.ProcessEnv = process.env): Settings {
  return parseSettings({ ...readVariables(optionEntries(), environment), ...flags })
}

/** Where projects and keys are. */
export type RegistryPlace = Pick<Settings, 'data' | 'databaseUrl' | 'keyPepperPath'>
export const REGISTRY_OPTIONS = ['data', 'databaseUrl', 'keyPepperFile'] as const satisfies readonly ServeOptionName[]

/** Where projects and keys are, for commands that need nothing else: a slip in another setting does not stop them. */
export function readRegistryPlace(flags: WrittenOptions, environment: NodeJS.ProcessEnv = process.env): RegistryPlace {
  const options = optionEntries().filter(([name]) => REGISTRY_OPTIONS.some((each) => each === name))
  return parseSettings({ ...readVariables(options, environment), ...flags })
}

/** Which server a command asks. Throws `SettingError`. */
export function readRemote(flags: RemoteFlags, environment: NodeJS.ProcessEnv = process.env): Remote {
  return parseRemote(flags, environment)
}

function readVariables(options: ReturnType<typeof optionEntries>, environment: NodeJS.ProcessEnv): WrittenOptions {
  const written: Partial<Record<ServeOptionName, string>> = {}
  for (const [name, { variable }] of options) {
    const value = environment[variable]
    if (value !== undefined && value !== '') written[name] = value
  }
  return written
}

/** The table of settings as pairs, in its order. */
export function optionEntries(): readonly (readonly [ServeOptionName, ServeOption])[] {
  // Object.entries widens the names that `as const` gave the table.
  return Object.entries(SERVE_OPTIONS) as [ServeOptionName, ServeOption][]
}
