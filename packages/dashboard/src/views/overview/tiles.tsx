import { toOnlyRow, toRows } from '../../api/rows.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Tile } from '../../widgets/tile.tsx'
import { toTimeline } from '../../widgets/timeline.ts'
import { toMinutes, toMinutesBefore } from '../range-minutes.ts'
import { toRangeWords } from '../range-words.ts'
import type { ViewProps } from '../view-props.ts'
import { FIGURES, toFigure } from './figures.ts'

/** The range's figures, each against the range before; the chosen one is in the chart. */
export function Tiles({ page, answer }: ViewProps) {
  const { address, dates } = useDashboard()
  const total = toOnlyRow(answer.answers['totals'])
  const series = answer.answers['series']
  const rows = series === undefined ? [] : toRows(series)
  const timeline = series === undefined ? null : toTimeline(rows.map(({ keys }) => Number(keys[0])), series.meta, dates.value)
  const chosen = toFigure(address.place.value.params.get('chart'))
  const minutes = toMinutes(answer.answers['totals']?.meta)
  const minutesBefore = toMinutesBefore(answer.answers['totals']?.comparison ?? null)
  return (
    <ul class="tiles">
      {FIGURES.map((figure) => {
        const value = figure.read(total.of(figure.metric), minutes)
        const before = figure.read(total.before(figure.metric), minutesBefore)
        return (
          <Tile
            key={figure.id}
            label={figure.label}
            value={value}
            text={value === null ? '–' : figure.format(value)}
            {...(figure.full && { full: figure.full(total) })}
            change={page.scope.isCompared ? figure.change(value, before) : null}
            {...(figure.better && { better: figure.better })}
            against={toRangeWords(page.scope).before}
            course={rows.map((row) => row.of(figure.metric))}
            isLastPartial={timeline?.isPartial(rows.length - 1) ?? false}
            isChosen={figure.id === chosen.id}
            onChoose={() => address.set({ chart: figure.id === FIGURES[0]?.id ? null : figure.id }, 'replace')}
          />
        )
      })}
    </ul>
  )
}
