import type { StackLayer } from './stack.ts'

export interface PlotLayersProps {
  readonly layers: readonly StackLayer[]
  /** Id of the hatch that client errors are filled with: they differ from the other layers by more than colour. */
  readonly hatchId: string
}

/** The bars: two paths for each status class, however many intervals there are. */
export function PlotLayers({ layers, hatchId }: PlotLayersProps) {
  return (
    <>
      <HatchPattern id={hatchId} />
      {layers.map(({ status, complete, partial }) => {
        const fill = status === 'clientError' ? { fill: `url(#${hatchId})` } : {}
        return (
          <g key={status} class={`layer layer--${status}`} {...fill}>
            {complete !== '' && <path d={complete} />}
            {partial !== '' && <path class="layer__partial" d={partial} />}
          </g>
        )
      })}
    </>
  )
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
