import type { Change } from '../format/change.ts'
import { Sparkline } from './sparkline.tsx'

export interface TileProps {
  readonly label: string
  /** The exact figure, for copying and for machines; `null` when there is none. */
  readonly value: number | null
  /** The figure as it is read. */
  readonly text: string
  /** The figure in full where `text` is short for it; shown on hover. */
  readonly full?: string
  /** `null` where nothing is compared. */
  readonly change: Change | null
  /** Which way is good; a figure that is neither good nor bad stays neutral. */
  readonly better?: 'lower' | 'higher'
  /** What the change is against, such as `the 24 hours before`. */
  readonly against: string
  /** Its course over the range. */
  readonly course: readonly (number | null)[]
  readonly isLastPartial: boolean
  /** The main chart shows it. */
  readonly isChosen: boolean
  readonly onChoose: () => void
}

/** One figure of the range and how it moved; a click shows its course in the main chart. To stand in a list. */
export function Tile({ label, value, text, full, change, better, against, course, isLastPartial, isChosen, onChoose }: TileProps) {
  return (
    <li class="tile">
      <button type="button" class="tile__button" aria-pressed={isChosen} onClick={onChoose}>
        <span class="tile__label">{label}</span>
        <span class="tile__value" title={full}>
          <data value={value === null ? '' : String(value)}>{text}</data>
        </span>
        {change !== null && (
          <span class={`tile__change tile__change--${toTone(change, better)}`}>
            <ChangeText change={change} against={against} />
          </span>
        )}
        <Sparkline values={course} isLastPartial={isLastPartial} />
      </button>
    </li>
  )
}

const ARROWS = { up: '↑', down: '↓', same: '=' } as const

function ChangeText({ change: { direction, text }, against }: { readonly change: Change; readonly against: string }) {
  if (direction === 'unknown')
    return (
      <span title={`Nothing to compare with in ${against}`}>
        <span aria-hidden="true">{text}</span>
        <span class="visually-hidden">no comparison</span>
      </span>
    )
  return (
    <span title={`Against ${against}`}>
      <span aria-hidden="true">{ARROWS[direction]} </span>
      <span class="visually-hidden">{direction} </span>
      {text}
    </span>
  )
}

function toTone({ direction }: Change, better: 'lower' | 'higher' | undefined): 'good' | 'bad' | 'neutral' {
  if (better === undefined || direction === 'same' || direction === 'unknown') return 'neutral'
  return (direction === 'down') === (better === 'lower') ? 'good' : 'bad'
}
