import type { SeriesPoint } from '@wayside/protocol'
import type { DateFormat } from '../format/date.ts'
import { formatCount } from '../format/number.ts'
import { presentClasses } from './stack-legend.tsx'
import { STATUS_LABELS, sumOf } from './stack.ts'

export interface SeriesTableProps {
  readonly series: readonly SeriesPoint[]
  readonly intervalMs: number
  readonly isPartial: (point: SeriesPoint) => boolean
  readonly dates: DateFormat
}

/** The figures behind the chart, newest first. */
export function SeriesTable({ series, intervalMs, isPartial, dates }: SeriesTableProps) {
  const classes = presentClasses(series)
  return (
    <div class="series-table" tabIndex={0} role="region" aria-label="Requests over time as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">Interval</th>
            <th scope="col">All</th>
            {classes.map((status) => (
              <th scope="col" key={status}>
                {STATUS_LABELS[status]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.toReversed().map((point) => (
            <tr key={point.time}>
              <th scope="row">
                {dates.interval(point.time, intervalMs)}
                {isPartial(point) && <span class="legend__note">incomplete</span>}
              </th>
              <td>{formatCount(sumOf(point))}</td>
              {classes.map((status) => (
                <td key={status} class={point[status] === 0 ? 'quiet' : undefined}>
                  {formatCount(point[status])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
