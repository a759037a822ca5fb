import { NOTHING } from './number.ts'

/** How a figure moved against the period before, ready to draw. */
export interface Change {
  readonly direction: 'up' | 'down' | 'same' | 'unknown'
  /** Such as `12%`, `×14`, `0.4 pts` or `new`, without a sign: the direction tells it. */
  readonly text: string
}

/** Against next to nothing a factor says no more than that. */
const MAX_FACTOR = 999

const UNKNOWN: Change = { direction: 'unknown', text: NOTHING }
const SAME: Change = { direction: 'same', text: '0%' }

/** The relative change of a count, a size or a duration; unknown where either figure is. */
export function toChange(now: number | null, before: number | null): Change {
  if (now === null || before === null) return UNKNOWN
  if (now === before) return now === 0 ? UNKNOWN : SAME
  if (before === 0) return { direction: 'up', text: 'new' }
  const ratio = now / before
  const direction = ratio > 1 ? 'up' : 'down'
  if (ratio >= 10) return { direction, text: ratio > MAX_FACTOR ? `>×${MAX_FACTOR}` : `×${Math.round(ratio)}` }
  const percent = Math.abs(ratio - 1) * 100
  if (percent < 0.1) return SAME
  return { direction, text: `${percent < 10 ? trim(percent, 1) : Math.round(percent)}%` }
}

/** The change of a share (0 to 1) in percentage points: twice a small share is not twice the trouble. */
export function toShareChange(now: number | null, before: number | null): Change {
  if (now === null || before === null) return UNKNOWN
  const points = (now - before) * 100
  if (Math.abs(points) < 0.005) return { direction: 'same', text: '0 pts' }
  return { direction: points > 0 ? 'up' : 'down', text: `${trim(Math.abs(points), Math.abs(points) < 1 ? 2 : 1)} pts` }
}

/**
 * The change as part of a sentence, before the words for the period before: `up 12% on`, `up 14-fold on`,
 * `unchanged from`, `none in`; `null` where it is unknown.
 */
export function toChangePhrase({ direction, text }: Change): string | null {
  if (direction === 'unknown') return null
  if (direction === 'same') return 'unchanged from'
  if (text === 'new') return 'none in'
  if (!text.includes('×')) return `${direction} ${text} on`
  return `${direction} ${text.replace('>', 'more than ').replace('×', '')}-fold on`
}

function trim(value: number, decimals: number): string {
  return String(Number(value.toFixed(decimals)))
}
