import type { Period } from '@wayside/protocol'

/** A period in the words of buttons, titles and sentences. */
export interface PeriodWords {
  readonly short: string
  readonly last: string
  /** The period that it is compared with. */
  readonly before: string
}

export const PERIOD_WORDS: Readonly<Record<Period, PeriodWords>> = {
  '1h': { short: '1h', last: 'last hour', before: 'the hour before' },
  '24h': { short: '24h', last: 'last 24 hours', before: 'the 24 hours before' },
  '7d': { short: '7d', last: 'last 7 days', before: 'the 7 days before' },
  '30d': { short: '30d', last: 'last 30 days', before: 'the 30 days before' },
}
