/** A set of values over time that a chart draws: a layer of bars, or a line. */
export interface Layer {
  readonly id: string
  readonly label: string
  /** Colour and pattern, by what the values mean. */
  readonly tone: Tone
  /** One for each interval; `null` where nothing was measured. */
  readonly values: readonly (number | null)[]
  /** Of the whole range, as the server says: percentiles do not add up. */
  readonly total: number | null
}

export const TONES = ['informational', 'success', 'redirect', 'clientError', 'serverError', 'main', 'second', 'third', 'before'] as const
export type Tone = (typeof TONES)[number]

/** One layer as the `d` of two SVG paths: intervals that are over, and those that the range cuts or that still fill. */
export interface LayerPaths {
  readonly layer: Layer
  readonly complete: string
  readonly partial: string
}

export interface PlotSize {
  /** CSS pixels. */
  readonly width: number
  readonly height: number
  /** The value at the top edge. */
  readonly max: number
}

/**
 * Bars on whole pixels, which stand on each other in the order of the layers; every count above zero is at least one pixel
 * tall, so that rare errors stay visible.
 */
export function toStack(layers: readonly Layer[], count: number, { width, height, max }: PlotSize, isPartial: (at: number) => boolean): readonly LayerPaths[] {
  const paths = layers.map((layer) => ({ layer, complete: '', partial: '' }))
  for (let at = 0; at < count; at++) {
    const { left, right } = barEdges(at, count, width)
    const side = isPartial(at) ? 'partial' : 'complete'
    let below = 0
    let floor = height
    for (const path of paths) {
      const value = path.layer.values[at] ?? 0
      if (value <= 0) continue
      below += value
      const top = Math.min(floor - 1, Math.round(height - (below / max) * height))
      path[side] += `M${left} ${floor}V${top}H${right}V${floor}Z`
      floor = top
    }
  }
  return paths
}

/** A line for each layer, from the middle of one interval to the middle of the next, broken where nothing was measured. */
export function toLines(layers: readonly Layer[], count: number, { width, height, max }: PlotSize, isPartial: (at: number) => boolean): readonly LayerPaths[] {
  const slot = width / count
  const round = (pixels: number) => Math.round(pixels * 10) / 10
  return layers.map((layer) => {
    const path = { layer, complete: '', partial: '' }
    let last: { readonly point: string; readonly side: 'partial' | 'complete' } | null = null
    for (let at = 0; at < count; at++) {
      const value = layer.values[at] ?? null
      if (value === null) {
        last = null
        continue
      }
      const point = `${round((at + 0.5) * slot)} ${round(height - Math.min(1, value / max) * height)}`
      const side = isPartial(at) ? 'partial' : 'complete'
      // A point without neighbours is a dot, which round line ends make of a line to itself.
      path[side] += last === null ? `M${point}h0` : last.side === side ? `L${point}` : `M${last.point}L${point}`
      last = { point, side }
    }
    return path
  })
}

export interface BarEdges {
  readonly left: number
  readonly right: number
}

const MAX_BAR_PX = 56

/** Left and right edge of a bar in its slot, with a gap that narrows as slots do. */
export function barEdges(index: number, count: number, width: number): BarEdges {
  const slot = width / count
  const gap = slot >= 12 ? 3 : slot >= 6 ? 2 : slot >= 5 ? 1 : 0
  const bar = Math.min(MAX_BAR_PX, slot - gap)
  const left = Math.round(index * slot + (slot - bar) / 2)
  return { left, right: Math.max(left + 1, Math.round(index * slot + (slot + bar) / 2)) }
}

/** The highest value that a chart must hold. */
export function toMax(layers: readonly Layer[], count: number, isStacked: boolean): number {
  let max = 0
  for (let at = 0; at < count; at++) {
    const values = layers.map(({ values }) => values[at] ?? 0)
    max = Math.max(max, isStacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values))
  }
  return max
}
