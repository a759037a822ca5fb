import type { Change } from '../format/change.ts'

export interface TileProps {
  readonly label: string
  /** The exact figure, for copying and for machines; `null` when there is none. */
  readonly value: number | null
  /** The figure as it is read. */
  readonly text: string
  /** The figure in full where `text` is short for it; shown on hover. */
  readonly full?: string
  readonly change: Change
  /** Which way is good; a figure that is neither good nor bad stays neutral. */
  readonly better?: 'lower' | 'higher'
  /** What the change is against, such as `the 24 hours before`. */
  readonly against: string
}

/** One figure of the period and how it moved; to stand in a `<dl>`. */
export function Tile({ label, value, text, full, change, better, against }: TileProps) {
  return (
    <div class="tile">
      <dt class="tile__label">{label}</dt>
      <dd class="tile__value" title={full}>
        <data value={value === null ? '' : String(value)}>{text}</data>
      </dd>
      <dd class={`tile__change tile__change--${toTone(change, better)}`}>
        <ChangeText change={change} against={against} />
      </dd>
    </div>
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
