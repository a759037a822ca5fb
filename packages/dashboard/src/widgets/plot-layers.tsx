import type { LayerPaths, Tone } from './stack.ts'

export interface PlotLayersProps {
  readonly paths: readonly LayerPaths[]
  readonly kind: 'bars' | 'lines'
  /** Id of the hatch that client errors are filled with: they differ from the other layers by more than colour. */
  readonly hatchId: string
}

/** The layers: two paths for each, however many intervals there are. */
export function PlotLayers({ paths, kind, hatchId }: PlotLayersProps) {
  return (
    <>
      {kind === 'bars' && <HatchPattern id={hatchId} />}
      {paths.map(({ layer, complete, partial }) => (
        <g key={layer.id} class={kind === 'bars' ? `layer layer--${layer.tone}` : `line line--${layer.tone}`} {...(kind === 'bars' && hatchOf(layer.tone, hatchId))}>
          {complete !== '' && <path d={complete} />}
          {partial !== '' && <path class={kind === 'bars' ? 'layer__partial' : 'line__partial'} d={partial} />}
        </g>
      ))}
    </>
  )
}

export interface SwatchProps {
  readonly tone: Tone
  readonly kind: 'bars' | 'lines'
  readonly hatchId: string
}

/** A layer's colour and pattern, beside its name. */
export function Swatch({ tone, kind, hatchId }: SwatchProps) {
  if (kind === 'lines')
    return (
      <svg class="legend__swatch" width="18" height="10" aria-hidden="true">
        <path class={`line line--${tone}`} d="M1 5h16" />
      </svg>
    )
  return (
    <svg class="legend__swatch" width="10" height="10" aria-hidden="true">
      <rect class={`layer layer--${tone}`} width="10" height="10" rx="2" {...hatchOf(tone, hatchId)} />
    </svg>
  )
}

function hatchOf(tone: Tone, hatchId: string): { readonly fill?: string } {
  return tone === 'clientError' ? { fill: `url(#${hatchId})` } : {}
}

/** Diagonal lines in the colour of client errors. */
function HatchPattern({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch__ground" width="5" height="5" />
        <rect class="hatch__line" width="2" height="5" />
      </pattern>
    </defs>
  )
}
