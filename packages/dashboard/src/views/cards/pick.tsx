import type { Dimension, DimensionValue, TagDimension } from '@wayside/protocol'
import type { ComponentChildren } from 'preact'
import { formatChip, toggleChip } from '../../state/chip.ts'
import { toChipParams } from '../../state/scope.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { nameDimension, nameValue } from '../dimension-words.ts'

export interface PickProps {
  readonly dimension: Dimension | TagDimension
  readonly value: DimensionValue
  /** How the value is shown where its text alone would not do. */
  readonly children?: ComponentChildren
}

/** A value that filters all views when it is clicked, and excludes itself when it is clicked with Shift or Alt. */
export function Pick({ dimension, value, children }: PickProps) {
  const { address, page } = useDashboard()
  const chips = page.value.scope.chips
  const name = nameValue(dimension, value)
  const isChosen = chips.some((chip) => formatChip(chip) === formatChip({ kind: 'value', dimension, isExcluded: false, value }))
  const onClick = ({ shiftKey, altKey }: MouseEvent) =>
    address.set(toChipParams(toggleChip(chips, { kind: 'value', dimension, isExcluded: shiftKey || altKey, value })))
  return (
    <button
      type="button"
      class="pick"
      aria-pressed={isChosen}
      title={`${nameDimension(dimension)}: ${name ?? 'unknown'}. Click to filter, with Shift to exclude.`}
      onClick={onClick}
    >
      {children ?? (name === null ? <em class="quiet">unknown</em> : <bdi>{name}</bdi>)}
    </button>
  )
}
