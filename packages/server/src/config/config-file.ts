import { readFileSync } from 'node:fs'
import { nearestWord } from '../nearest-word.ts'
import { SERVE_OPTIONS, type ServeOptionName, type WrittenOptions } from './options.ts'
import { SettingError } from './settings.ts'

/** What a configuration file says, and where it says it. */
export interface ConfigFile {
  readonly written: WrittenOptions
  /** Such as `/etc/wayside.conf:3`. */
  placeOf(name: ServeOptionName): string
}

/** Reads a configuration file. Throws `SettingError` that names the file and the line. */
export function readConfigFile(path: string): ConfigFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SettingError(`--config (WAYSIDE_CONFIG) must name a file that can be read, got ${JSON.stringify(path)}: ${reason}`, { cause })
  }
  return parseConfigFile(text, path)
}

/**
 * One `name = value` a line, where a name is that of a flag without its dashes; lines that begin with `#` say nothing. A value is all
 * that follows the first `=`, without quotes.
 */
export function parseConfigFile(text: string, path: string): ConfigFile {
  const written: Partial<Record<ServeOptionName, string>> = {}
  const places = new Map<ServeOptionName, string>()
  for (const [at, line] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const place = `${path}:${at + 1}`
    const [, key = '', value = ''] = /^\s*([^=\s]+)\s*=(.*)$/.exec(line) ?? []
    const name = toName(key, place)
    const known = places.get(name)
    if (known !== undefined) throw new SettingError(`${place}: ${key} was given already, at ${known}: remove one of the two lines`)
    written[name] = toValue(key, value.trim(), place)
    places.set(name, place)
  }
  return { written, placeOf: (name) => places.get(name) ?? path }
}

/** All but the name of the file itself. */
const NAMES = new Map(
  Object.entries(SERVE_OPTIONS)
    .filter(([name]) => name !== 'config')
    // Object.entries widens the names that `as const` gave the table.
    .map(([name, { flag }]) => [flag.slice(2), name as ServeOptionName] as const),
)

function toName(key: string, place: string): ServeOptionName {
  if (key === '') throw new SettingError(`${place}: a line must be \`name = value\`, such as \`port = 8080\`, or begin with #`)
  const name = NAMES.get(key)
  if (name !== undefined) return name
  const nearest = nearestWord(key, [...NAMES.keys()])
  throw new SettingError(`${place}: there is no setting ${JSON.stringify(key.slice(0, 100))}. ${nearest === null ? '`wayside serve --help` lists them' : `Did you mean ${JSON.stringify(nearest)}?`}`)
}

/** The value is not shown: it may be a secret. */
function toValue(key: string, value: string, place: string): string {
  if (value === '') throw new SettingError(`${place}: ${key} has no value: write one, or remove the line`)
  if (/^(["']).*\1$/.test(value)) throw new SettingError(`${place}: ${key} must be written without quotes: all that follows = is its value`)
  return value
}
