import { LIMITS } from '@wayside/protocol'
import { isBot } from './bot.ts'
import { remember } from './bounded-cache.ts'
import type { Client } from './enricher.ts'
import type { UserAgentPattern, UserAgentPatterns } from './user-agent-pattern.ts'

/** An API sees few different user agents; each is recognised once while it is among the last of these. */
const CACHED_USER_AGENTS = 4_096

/** Recognises clients by their user agents. What no pattern knows is `null`. */
export function createUserAgentParser(patterns: UserAgentPatterns): (userAgent: string | null) => Client {
  const parse = remember((userAgent) => parseUserAgent(userAgent, patterns), CACHED_USER_AGENTS)
  return (userAgent) => (userAgent === null || userAgent === '' ? UNKNOWN : parse(userAgent))
}

const UNKNOWN: Client = { client: null, clientVersion: null, os: null, device: null, bot: false }
/** Longer names come from patterns that take in arbitrary text. */
const MAX_NAME_LENGTH = 64

function parseUserAgent(userAgent: string, { clients, systems, devices }: UserAgentPatterns): Client {
  // The patterns' cost grows faster than the text: what is longer than an event may hold never reaches them.
  const text = userAgent.slice(0, LIMITS.userAgentLength)
  const client = firstMatch(clients, text)
  const device = firstMatch(devices, text)?.name ?? null
  return {
    client: client?.name ?? null,
    clientVersion: client?.version ?? null,
    os: firstMatch(systems, text)?.name ?? null,
    device: device === 'Spider' ? null : device,
    bot: device === 'Spider' || isBot(text),
  }
}

interface Match {
  readonly name: string | null
  readonly version: string | null
}

function firstMatch(patterns: readonly UserAgentPattern[], text: string): Match | null {
  for (const { regex, name, version } of patterns) {
    const groups = regex.exec(text)
    if (groups === null) continue
    const parts = version.map((replacement, at) => fill(replacement, groups) ?? groups[at + 2] ?? null)
    const missing = parts.findIndex((part) => part === null || part === '')
    return {
      name: toName(fill(name, groups) ?? groups[1] ?? null),
      version: toName(parts.slice(0, missing === -1 ? parts.length : missing).join('.')),
    }
  }
  return null
}

function fill(replacement: string | null, groups: RegExpExecArray): string | null {
  if (replacement === null) return null
  return replacement.replace(/\$([1-9])/g, (_all, group: string) => groups[Number(group)] ?? '').trim()
}

function toName(text: string | null): string | null {
  return text === null || text === '' || text === 'Other' ? null : text.slice(0, MAX_NAME_LENGTH)
}
