import { toOnlyRow, toRows } from '../../api/rows.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import type { Layer } from '../../widgets/stack.ts'
import { SeriesCard } from '../cards/series-card.tsx'
import { toMinutes, toMinutesBefore } from '../range-minutes.ts'
import { toRangeWords } from '../range-words.ts'
import { toStatusLayers } from '../status-layers.ts'
import type { ViewProps } from '../view-props.ts'
import { toFigure } from './figures.ts'
import { toDeploys } from './to-deploys.ts'

/** The chosen figure over time: requests by status class, everything else beside the range before. */
export function MainChart(props: ViewProps) {
  const { address } = useDashboard()
  const { page, answer } = props
  const figure = toFigure(address.place.value.params.get('chart'))
  const series = answer.answers['series']
  const rows = series === undefined ? [] : toRows(series)
  const total = toOnlyRow(answer.answers['totals'])
  const minutes = toMinutes(answer.answers['totals']?.meta)
  const intervalMinutes = rows.length < 2 ? minutes : (Number(rows[1]?.keys[0]) - Number(rows[0]?.keys[0])) / 60_000
  const read = (value: number | null) => figure.read(value, intervalMinutes)
  const now = figure.read(total.of(figure.metric), minutes)
  const before = figure.read(total.before(figure.metric), toMinutesBefore(answer.answers['totals']?.comparison ?? null))
  const hasBefore = figure.kind === 'lines' && series !== undefined && series.comparison !== null
  const single: readonly Layer[] = [
    { id: figure.id, label: figure.label, tone: 'main', values: rows.map((row) => read(row.of(figure.metric))), total: now },
    ...(hasBefore ? [{ id: 'before', label: toRangeWords(page.scope).before, tone: 'before' as const, values: rows.map((row) => read(row.before(figure.metric))), total: before }] : []),
  ]
  return (
    <SeriesCard
      of={props}
      name="series"
      title={figure.title}
      layers={figure.id === 'requests' ? toStatusLayers(rows, total) : single}
      kind={figure.kind}
      format={figure.format}
      step={figure.step}
      total={now}
      before={before}
      marks={toDeploys(answer.answers['versions'])}
    />
  )
}
