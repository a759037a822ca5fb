import type { Metric } from '@wayside/protocol'
import type { Row } from '../api/rows.ts'
import type { Layer, Tone } from '../widgets/stack.ts'

/** Metrics that requests by status class are drawn from. */
export const STATUS_METRICS = ['informational', 'success', 'redirect', 'clientErrors', 'serverErrors'] as const satisfies readonly Metric[]

const LAYERS: readonly (readonly [metric: (typeof STATUS_METRICS)[number], label: string, tone: Tone])[] = [
  ['informational', '1xx', 'informational'],
  ['success', '2xx', 'success'],
  ['redirect', '3xx', 'redirect'],
  ['clientErrors', '4xx', 'clientError'],
  ['serverErrors', '5xx', 'serverError'],
]

/** From the baseline up: what is well lies below, what is not on top of it. 1xx only where there are some. */
export function toStatusLayers(rows: readonly Row[], total: Row): readonly Layer[] {
  return LAYERS.map(([metric, label, tone]) => ({ id: metric, label, tone, values: rows.map((row) => row.of(metric)), total: total.of(metric) })).filter(
    ({ id, values }) => id !== 'informational' || values.some((value) => value !== null && value > 0),
  )
}
