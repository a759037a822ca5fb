import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parse } from 'yaml'
import { REDUCED_PATTERNS } from './reduced-patterns.ts'
import type { UserAgentPattern, UserAgentPatterns } from './user-agent-pattern.ts'

/**
 * Which patterns recognise user agents: `reduced` knows what calls APIs and costs little; `full` is all of uap-core's;
 * a path names a file of the same format. The expressions of a file are trusted: a slow one slows the server.
 */
export type UserAgentSet = 'reduced' | 'full' | { readonly path: string }

/** @throws when the file cannot be read or is not of uap-core's format; the message says where. */
export function loadUserAgentPatterns(set: UserAgentSet): UserAgentPatterns {
  if (set === 'reduced') return REDUCED_PATTERNS
  const path = set === 'full' ? createRequire(import.meta.url).resolve('uap-core/regexes.yaml') : set.path
  return parsePatterns(parse(readFileSync(path, 'utf8')), path)
}

function parsePatterns(file: unknown, path: string): UserAgentPatterns {
  const list = (section: string, name: string, version: readonly string[]) => {
    const entries = isObject(file) ? file[section] : undefined
    if (!Array.isArray(entries)) throw new Error(`${path}: ${section} must be a list, as in uap-core's regexes.yaml`)
    return entries.map((entry, at) => parsePattern(entry, `${path}: ${section}[${at}]`, name, version))
  }
  return {
    clients: list('user_agent_parsers', 'family_replacement', ['v1_replacement', 'v2_replacement', 'v3_replacement']),
    systems: list('os_parsers', 'os_replacement', ['os_v1_replacement', 'os_v2_replacement', 'os_v3_replacement']),
    devices: list('device_parsers', 'device_replacement', []),
  }
}

function parsePattern(entry: unknown, where: string, name: string, version: readonly string[]): UserAgentPattern {
  const source = isObject(entry) ? entry['regex'] : undefined
  if (!isObject(entry) || typeof source !== 'string') throw new Error(`${where} must have a regex`)
  const text = (key: string) => (entry[key] === undefined || entry[key] === null ? null : String(entry[key]))
  try {
    const regex = new RegExp(source, entry['regex_flag'] === 'i' ? 'i' : '')
    return { regex, name: text(name), version: version.map(text) }
  } catch (cause) {
    throw new Error(`${where}: ${source} is not a regular expression that JavaScript knows`, { cause })
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
