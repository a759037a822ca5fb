import type { SeriesPoint } from '@wayside/protocol'

/** The layers of the chart from the baseline up: what is well lies below, what is not on top of it. */
export const STATUS_CLASSES = ['informational', 'success', 'redirect', 'clientError', 'serverError'] as const
export type StatusClass = (typeof STATUS_CLASSES)[number]

export const STATUS_LABELS: Readonly<Record<StatusClass, string>> = {
  informational: '1xx',
  success: '2xx',
  redirect: '3xx',
  clientError: '4xx',
  serverError: '5xx',
}

/** One layer as the `d` of two SVG paths: intervals that are over, and those that the period cuts or that still fill. */
export interface StackLayer {
  readonly status: StatusClass
  readonly complete: string
  readonly partial: string
}

export interface StackOptions {
  readonly series: readonly SeriesPoint[]
  /** Size of the plot, CSS pixels. */
  readonly width: number
  readonly height: number
  /** Requests at the top edge. */
  readonly max: number
  readonly isPartial: (point: SeriesPoint) => boolean
}

/** Bars on whole pixels; every count above zero is at least one pixel tall, so that rare errors stay visible. */
export function toStack({ series, width, height, max, isPartial }: StackOptions): readonly StackLayer[] {
  const paths = STATUS_CLASSES.map((status) => ({ status, complete: '', partial: '' }))
  for (const [index, point] of series.entries()) {
    const { left, right } = barEdges(index, series.length, width)
    const side = isPartial(point) ? 'partial' : 'complete'
    let below = 0
    let floor = height
    for (const path of paths) {
      const count = point[path.status]
      if (count === 0) continue
      below += count
      const top = Math.min(floor - 1, Math.round(height - (below / max) * height))
      path[side] += `M${left} ${floor}V${top}H${right}V${floor}Z`
      floor = top
    }
  }
  return paths
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

/** All requests of an interval. */
export function sumOf(point: SeriesPoint): number {
  return STATUS_CLASSES.reduce((sum, status) => sum + point[status], 0)
}
