import { useSignal } from '@preact/signals'
import { toShade } from './shade.ts'

export interface HeatMapProps {
  /** What is shown, for screen readers. */
  readonly label: string
  readonly columns: readonly string[]
  readonly rows: readonly string[]
  /** One list for each row, one value for each column; `null` where there is nothing to show, as outside of the range. */
  readonly values: readonly (readonly (number | null)[])[]
  readonly format: (value: number) => string
  /** Every how many columns is named below. @default 1 */
  readonly columnStep?: number
}

/**
 * A grid of shades. One tab stop; the arrow keys go from cell to cell, each read out. Shades come in five steps, and the
 * figure of the cell that is pointed at stands above.
 */
export function HeatMap({ label, columns, rows, values, format, columnStep = 1 }: HeatMapProps) {
  const at = useSignal<readonly [row: number, column: number] | null>(null)
  const max = Math.max(0, ...values.flat().map((value) => value ?? 0))
  const nameOf = ([row, column]: readonly [number, number]) => {
    const value = values[row]?.[column] ?? null
    return `${rows[row] ?? ''} ${columns[column] ?? ''}: ${value === null ? 'nothing' : format(value)}`.trim()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const [row, column] = at.value ?? [0, -1]
    const moves: Record<string, readonly [number, number]> = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, Math.max(0, column)],
      ArrowDown: [row + 1, Math.max(0, column)],
      Home: [row, 0],
      End: [row, columns.length - 1],
    }
    const move = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key]
    if (move === undefined) return
    at.value = [clamp(move[0], rows.length), clamp(move[1], columns.length)]
    event.preventDefault()
    event.stopPropagation()
  }
  const count = rows.length * columns.length
  const place = at.value === null ? 0 : at.value[0] * columns.length + at.value[1]
  return (
    <div class="heat">
      <p class="heat__told">{at.value === null ? `Most: ${format(max)}` : nameOf(at.value)}</p>
      <div
        class="heat__grid"
        style={{ '--columns': String(columns.length) }}
        tabIndex={0}
        role="slider"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={place}
        aria-valuetext={at.value === null ? `${label}; arrow keys go through the cells` : nameOf(at.value)}
        onKeyDown={onKeyDown}
        onBlur={() => (at.value = null)}
        onPointerLeave={() => (at.value = null)}
      >
        {rows.map((name, row) => (
          <div class="heat__row" key={name} aria-hidden="true">
            <span class="heat__name">{name}</span>
            {columns.map((column, index) => {
              const value = values[row]?.[index] ?? null
              const isAt = at.value?.[0] === row && at.value[1] === index
              return (
                <span
                  key={column}
                  class={`heat__cell heat__cell--${value === null ? 'none' : toShade(value, max)}${isAt ? ' heat__cell--at' : ''}`}
                  onPointerEnter={() => (at.value = [row, index])}
                />
              )
            })}
          </div>
        ))}
        <div class="heat__row" aria-hidden="true">
          <span class="heat__name" />
          {columns.map((column, index) => (
            <span class="heat__column" key={column}>
              {index % columnStep === 0 && index <= columns.length - columnStep / 2 ? column : ''}
            </span>
          ))}
        </div>
      </div>
    </div>
  )
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index))
}
