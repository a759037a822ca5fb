import type { SeriesPoint } from '@wayside/protocol'
import { formatShortCount } from '../format/number.ts'
import { STATUS_CLASSES, STATUS_LABELS, sumOf, type StatusClass } from './stack.ts'

export interface StackLegendProps {
  readonly classes: readonly StatusClass[]
  /** The intervals that the figures sum up. */
  readonly points: readonly SeriesPoint[]
  /** What these intervals are, such as `Sun 22 Nov, 14:00`. */
  readonly title: string
  readonly isPartial: boolean
  readonly hatchId: string
}

/** Names the layers and shows their figures. Every figure keeps its place while the cursor moves. */
export function StackLegend({ classes, points, title, isPartial, hatchId }: StackLegendProps) {
  const sum = (count: (point: SeriesPoint) => number) =>
    formatShortCount(points.reduce((total, point) => total + count(point), 0))
  return (
    <div class="legend">
      <div class="legend__title">
        {title}
        {isPartial && <span class="legend__note">incomplete</span>}
      </div>
      <dl class="legend__figures">
        {classes.map((status) => (
          <div key={status} class="legend__figure">
            <dt>
              <Swatch status={status} hatchId={hatchId} />
              {STATUS_LABELS[status]}
            </dt>
            <dd>{sum((point) => point[status])}</dd>
          </div>
        ))}
        <div class="legend__figure">
          <dt>All</dt>
          <dd>{sum(sumOf)}</dd>
        </div>
      </dl>
    </div>
  )
}

/** The classes that a legend shows: always the four that readers look for, 1xx only where there are some. */
export function presentClasses(series: readonly SeriesPoint[]): readonly StatusClass[] {
  const hasInformational = series.some((point) => point.informational > 0)
  return STATUS_CLASSES.filter((status) => status !== 'informational' || hasInformational)
}

function Swatch({ status, hatchId }: { readonly status: StatusClass; readonly hatchId: string }) {
  const fill = status === 'clientError' ? { fill: `url(#${hatchId})` } : {}
  return (
    <svg class="legend__swatch" width="10" height="10" aria-hidden="true">
      <rect class={`layer layer--${status}`} width="10" height="10" rx="2" {...fill} />
    </svg>
  )
}
