import { parseIp, type AlertCondition } from '@wayside/protocol'
import type { Memory } from './detector.ts'

type Condition = Extract<AlertCondition, { kind: 'unseenSource' }>

interface Saved {
  readonly seen: number
  /** When a request came from an address last. */
  readonly sources: Readonly<Record<string, number>>
}

const DAY_MS = 86_400_000
/** Of a consumer with more, those that came last are known. */
const MAX_SOURCES = 1_000

/**
 * The addresses that a consumer comes from. Of IPv6 a network of 64 bits counts as one: hosts change their address in it day by day.
 * @param keepDays - for how long addresses may be kept at all; `null` for as long as they are of use
 */
export function openUnseenSource({ minEvents, staleDays }: Condition, saved: string | null, keepDays: number | null): Memory {
  // Boundary: it was written by `save`.
  const before = saved === null ? null : (JSON.parse(saved) as Saved)
  let seen = before?.seen ?? 0
  const sources = new Map(Object.entries(before?.sources ?? {}))
  const staleMs = Math.min(staleDays, keepDays ?? Infinity) * DAY_MS

  return {
    take({ time, ip }) {
      if (ip === null) return null
      const source = toSource(ip)
      const last = sources.get(source) ?? null
      const isKnown = last !== null && time - last <= staleMs
      const finding = isKnown || seen < minEvents ? null : `came from ${source}, as it did not in ${staleMs / DAY_MS} days`
      seen++
      // Those that came last stand at the end.
      sources.delete(source)
      sources.set(source, Math.max(time, last ?? 0))
      const [oldest] = sources.keys()
      if (sources.size > MAX_SOURCES && oldest !== undefined) sources.delete(oldest)
      return finding
    },
    save: (now) => JSON.stringify({ seen, sources: Object.fromEntries([...sources].filter(([, time]) => now - time <= staleMs)) } satisfies Saved),
  }
}

/** An IPv4 address, or the network of an IPv6 address. What is neither, as senders may write, stands for itself. */
export function toSource(ip: string): string {
  const bytes = parseIp(ip)
  if (bytes === null || bytes.length === 4) return ip
  const groups = [0, 2, 4, 6].map((at) => (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)).toString(16))
  return `${groups.join(':')}::/64`
}
