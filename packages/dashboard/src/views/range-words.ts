import type { RangeWord } from '@wayside/protocol'
import type { Scope } from '../state/scope.ts'

/** A range in the words of buttons, titles and sentences. */
export interface RangeWords {
  readonly short: string
  /** To stand after `in` or `of`. */
  readonly name: string
  /** The range that it is compared with. */
  readonly before: string
}

export const RANGE_NAMES: Readonly<Record<RangeWord, RangeWords>> = {
  '1h': { short: '1h', name: 'the last hour', before: 'the hour before' },
  '6h': { short: '6h', name: 'the last 6 hours', before: 'the 6 hours before' },
  '24h': { short: '24h', name: 'the last 24 hours', before: 'the 24 hours before' },
  '7d': { short: '7d', name: 'the last 7 days', before: 'the 7 days before' },
  '30d': { short: '30d', name: 'the last 30 days', before: 'the 30 days before' },
  '90d': { short: '90d', name: 'the last 90 days', before: 'the 90 days before' },
  '12mo': { short: '12mo', name: 'the last 12 months', before: 'the 12 months before' },
  today: { short: 'Today', name: 'today', before: 'the same time yesterday' },
  yesterday: { short: 'Yesterday', name: 'yesterday', before: 'the day before' },
  thisWeek: { short: 'This week', name: 'this week', before: 'the same time last week' },
  thisMonth: { short: 'This month', name: 'this month', before: 'the same time last month' },
}

export function toRangeWords({ range }: Pick<Scope, 'range'>): RangeWords {
  if (typeof range !== 'object') return RANGE_NAMES[range]
  const [from, to] = [range.from, range.to].map((edge) => edge.replace('T', ' ').replace('Z', ' UTC'))
  const short = from === to ? String(from) : `${from} – ${to}`
  return { short, name: short, before: 'the same time before' }
}

/** `today` and `in the last hour`: as an adverb. */
export function toRangePhrase(scope: Pick<Scope, 'range'>): string {
  const { name } = toRangeWords(scope)
  return name.startsWith('the ') ? `in ${name}` : name
}
