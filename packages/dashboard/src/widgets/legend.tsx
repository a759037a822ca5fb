import { Swatch } from './plot-layers.tsx'
import type { Layer } from './stack.ts'

export interface LegendProps {
  readonly layers: readonly Layer[]
  readonly kind: 'bars' | 'lines'
  /** The interval that the figures are of; `null` for the whole range. */
  readonly at: number | null
  /** What that is, such as `Sun 22 Nov, 14:00`. */
  readonly title: string
  readonly isPartial: boolean
  readonly format: (value: number) => string
  readonly hatchId: string
}

/** Names the layers and shows their figures. Every figure keeps its place while the cursor moves. */
export function Legend({ layers, kind, at, title, isPartial, format, hatchId }: LegendProps) {
  return (
    <div class="legend">
      <div class="legend__title">
        {title}
        {isPartial && <span class="legend__note">incomplete</span>}
      </div>
      <dl class="legend__figures">
        {layers.map((layer) => {
          const value = at === null ? layer.total : (layer.values[at] ?? null)
          return (
            <div key={layer.id} class="legend__figure">
              <dt>
                <Swatch tone={layer.tone} kind={kind} hatchId={hatchId} />
                {layer.label}
              </dt>
              <dd>{value === null ? '–' : format(value)}</dd>
            </div>
          )
        })}
      </dl>
    </div>
  )
}
