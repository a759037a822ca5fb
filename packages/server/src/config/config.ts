import { readConfigFile } from './config-file.ts'
import { SERVE_OPTIONS, parseSettings, type ServeOption, type ServeOptionName, type WrittenOptions } from './options.ts'
import { parseRemote, READ_KEY, type Remote, type RemoteFlags, type RemoteKeyOption } from './remote.ts'
import { SettingError, type Settings } from './settings.ts'

/**
 * The settings of this process: flags first, then `WAYSIDE_*` variables, then the file that `--config` names, then defaults. The
 * only place that reads the environment. Throws `SettingError`.
 */
export function readSettings(flags: WrittenOptions, environment: NodeJS.ProcessEnv = process.env): Settings {
  return readOptions(optionEntries(), flags, environment)
}

/** Where projects and keys are. */
export type RegistryPlace = Pick<Settings, 'data' | 'databaseUrl' | 'keyPepperPath'>
export const REGISTRY_OPTIONS = ['config', 'data', 'databaseUrl', 'keyPepperFile'] as const satisfies readonly ServeOptionName[]

/** Where projects and keys are, for commands that need nothing else: a slip in another setting does not stop them. */
export function readRegistryPlace(flags: WrittenOptions, environment: NodeJS.ProcessEnv = process.env): RegistryPlace {
  return readOptions(
    optionEntries().filter(([name]) => REGISTRY_OPTIONS.some((each) => each === name)),
    flags,
    environment,
  )
}

/** Which server a command asks. Throws `SettingError`. */
export function readRemote(flags: RemoteFlags, key: RemoteKeyOption = READ_KEY, environment: NodeJS.ProcessEnv = process.env): Remote {
  return parseRemote(flags, environment, key)
}

function readOptions(options: ReturnType<typeof optionEntries>, flags: WrittenOptions, environment: NodeJS.ProcessEnv): Settings {
  const given = { ...readVariables(options, environment), ...flags }
  if (given.config === undefined) return parseSettings(given)
  const file = readConfigFile(given.config)
  const fromFile = Object.fromEntries(options.flatMap(([name]) => (file.written[name] === undefined || given[name] !== undefined ? [] : [[name, file.written[name]]])))
  try {
    return parseSettings({ ...fromFile, ...given })
  } catch (cause) {
    const name = options.find(([each]) => cause instanceof SettingError && each === cause.option && each in fromFile)?.[0]
    if (name === undefined || !(cause instanceof SettingError)) throw cause
    throw new SettingError(`${file.placeOf(name)}: ${cause.message}`, { cause, option: name })
  }
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
