import type { Layer } from './stack.ts'
import { nameInterval, type Timeline } from './timeline.ts'

export interface SeriesTableProps {
  readonly label: string
  readonly timeline: Timeline
  readonly layers: readonly Layer[]
  readonly format: (value: number) => string
}

/** The figures behind a chart, newest first. */
export function SeriesTable({ label, timeline, layers, format }: SeriesTableProps) {
  return (
    <div class="series-table" tabIndex={0} role="region" aria-label={`${label} as a table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Interval</th>
            {layers.map((layer) => (
              <th scope="col" key={layer.id}>
                {layer.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {timeline.starts
            .map((time, at) => (
              <tr key={time}>
                <th scope="row">
                  {nameInterval(timeline, at)}
                  {timeline.isPartial(at) && <span class="legend__note">incomplete</span>}
                </th>
                {layers.map(({ id, values }) => {
                  const value = values[at] ?? null
                  return (
                    <td key={id} class={value === 0 || value === null ? 'quiet' : undefined}>
                      {value === null ? '–' : format(value)}
                    </td>
                  )
                })}
              </tr>
            ))
            .toReversed()}
        </tbody>
      </table>
    </div>
  )
}
