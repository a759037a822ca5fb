import type { RangeWord } from '@wayside/protocol'
import type { Scope } from './scope.ts'

/** How long an answer is fresh. A point of a long range moves too slowly to ask more often. */
const REFRESH_MS: Readonly<Record<RangeWord, number | null>> = {
  '1h': 3_000,
  '6h': 10_000,
  '24h': 10_000,
  today: 10_000,
  yesterday: null,
  '7d': 30_000,
  thisWeek: 30_000,
  '30d': 60_000,
  thisMonth: 60_000,
  '90d': 120_000,
  '12mo': 120_000,
}
const OWN_RANGE_MS = 30_000

/** @returns milliseconds; `null` for a range that is over */
export function toRefreshMs({ range }: Scope, now: number): number | null {
  if (typeof range !== 'object') return REFRESH_MS[range]
  // A date is meant whole, and in any time zone it is over two days later.
  const to = Date.parse(range.to) + (range.to.includes('T') ? 0 : 2 * 86_400_000)
  return to < now ? null : OWN_RANGE_MS
}
