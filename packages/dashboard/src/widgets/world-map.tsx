import { useSignal } from '@preact/signals'
import { toShade } from './shade.ts'
import { WORLD_HEIGHT, WORLD_OUTLINE, WORLD_WIDTH } from './world-outline.ts'

export interface WorldMapProps {
  /** What is shown, for screen readers. */
  readonly label: string
  /** Figures by the ISO 3166 code of their country. */
  readonly values: ReadonlyMap<string, number>
  /** A country and its figure in words. */
  readonly tell: (code: string, value: number) => string
  /** A country was chosen. @param isExcluded - with Shift: everything but it */
  readonly onPick: (code: string, isExcluded: boolean) => void
}

const CODES: ReadonlySet<string | null> = new Set(WORLD_OUTLINE.map(([code]) => code))

/**
 * Countries in shades. One tab stop; the arrow keys go from the country with most to that with least, each read out, and Enter
 * chooses it. What the map is too coarse for is told below it.
 */
export function WorldMap({ label, values, tell, onPick }: WorldMapProps) {
  const at = useSignal<string | null>(null)
  const shown = [...values].filter(([code, value]) => CODES.has(code) && value > 0).toSorted(([, a], [, b]) => b - a)
  const max = shown[0]?.[1] ?? 0
  const place = shown.findIndex(([code]) => code === at.value)
  const told = at.value === null ? null : tell(at.value, values.get(at.value) ?? 0)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || shown.length === 0) return
    const moves: Record<string, number> = { ArrowRight: place + 1, ArrowDown: place + 1, ArrowLeft: place - 1, ArrowUp: place - 1, Home: 0, End: shown.length - 1 }
    const move = moves[event.key]
    if (move !== undefined) at.value = shown[Math.min(shown.length - 1, Math.max(0, move))]?.[0] ?? null
    else if (event.key === 'Enter' && at.value !== null) onPick(at.value, event.shiftKey)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div class="map">
      <p class="heat__told">{told ?? (shown[0] === undefined ? '' : `Most: ${tell(...shown[0])}`)}</p>
      <div
        class="map__stop"
        tabIndex={0}
        role="slider"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, shown.length - 1)}
        aria-valuenow={Math.max(0, place)}
        aria-valuetext={told ?? `${label}; arrow keys go through the countries, Enter filters`}
        onKeyDown={onKeyDown}
        onBlur={() => (at.value = null)}
        onPointerLeave={() => (at.value = null)}
      >
        <svg class="map__world" viewBox={`0 0 ${WORLD_WIDTH} ${WORLD_HEIGHT}`} aria-hidden="true">
          {WORLD_OUTLINE.map(([code, path], index) => {
            const value = code === null ? 0 : (values.get(code) ?? 0)
            const isAt = code !== null && code === at.value
            return (
              <path
                key={index}
                d={path}
                class={`map__land map__land--${toShade(value, max)}${isAt ? ' map__land--at' : ''}`}
                onPointerEnter={() => (at.value = code)}
                onClick={({ shiftKey, altKey }) => code !== null && value > 0 && onPick(code, shiftKey || altKey)}
              />
            )
          })}
        </svg>
      </div>
      <Rest values={values} />
    </div>
  )
}

/** Where the map has no place for a country, its figure must not seem to be nothing. */
function Rest({ values }: { readonly values: WorldMapProps['values'] }) {
  const count = [...values].filter(([code, value]) => value > 0 && !CODES.has(code)).length
  if (count === 0) return null
  return <p class="quiet">{count === 1 ? 'One country is' : `${count} countries are`} too small for this map; the table has all.</p>
}
