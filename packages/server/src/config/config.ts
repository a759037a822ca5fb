import { SERVE_OPTIONS, parseSettings, type ServeOption, type ServeOptionName, type WrittenOptions } from './options.ts'
import type { Settings } from './settings.ts'

/**
 * The settings of this process: flags first, then `WAYSIDE_*` variables, then defaults. The only place that reads the
 * environment. Throws `SettingError`.
 */
export function readSettings(flags: WrittenOptions, environment: NodeJS.ProcessEnv = process.env): Settings {
  const fromEnvironment: Partial<Record<ServeOptionName, string>> = {}
  for (const [name, { variable }] of optionEntries()) {
    const value = environment[variable]
    if (value !== undefined && value !== '') fromEnvironment[name] = value
  }
  return parseSettings({ ...fromEnvironment, ...flags })
}

/** The data folder alone, for commands that need nothing else. */
export function readDataDir(flag: string | undefined, environment: NodeJS.ProcessEnv = process.env): string {
  return parseSettings({ data: flag ?? (environment[SERVE_OPTIONS.data.variable] || SERVE_OPTIONS.data.fallback) }).data
}

/** The table of settings as pairs, in its order. */
export function optionEntries(): readonly (readonly [ServeOptionName, ServeOption])[] {
  // Object.entries widens the names that `as const` gave the table.
  return Object.entries(SERVE_OPTIONS) as [ServeOptionName, ServeOption][]
}
