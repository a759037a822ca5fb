import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { toRangeParams } from '../../state/scope.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { SeriesTable } from '../../widgets/series-table.tsx'
import type { Layer } from '../../widgets/stack.ts'
import { TimeChart, type ChartMark } from '../../widgets/time-chart.tsx'
import { toTimeline } from '../../widgets/timeline.ts'
import { toRangePhrase, toRangeWords } from '../range-words.ts'
import { toSentence } from '../to-sentence.ts'
import type { ViewProps } from '../view-props.ts'
import { CsvButton } from './csv-button.tsx'
import { ProblemText } from './problem-text.tsx'

export interface SeriesCardProps {
  readonly of: ViewProps
  /** Name of the query, whose only dimension is time. */
  readonly name: string
  readonly title: string
  readonly layers: readonly Layer[]
  readonly kind: 'bars' | 'lines'
  readonly format: (value: number) => string
  /** @default 1 */
  readonly step?: number
  /** The figure of the whole range and the one before, for the sentence. */
  readonly total: number | null
  readonly before: number | null
  readonly marks?: readonly ChartMark[]
  readonly actions?: ComponentChildren
}

/** A chart over time with its sentence, its table and its file. Dragging over it zooms all views. */
export function SeriesCard({ of, name, title, layers, kind, format, step = 1, total, before, marks, actions }: SeriesCardProps) {
  const { address, dates } = useDashboard()
  const asTable = useSignal(false)
  const answer = of.answer.answers[name]
  const query = of.question.queries[name]
  if (query === undefined) return null
  if (answer === undefined) return <ProblemText title={title} of={of} name={name} />

  const starts = answer.rows.map(([time]) => (typeof time === 'number' ? time : 0))
  const timeline = toTimeline(starts, answer.meta, dates.value)
  const rangeText = toRangePhrase(of.page.scope)
  const onZoom = (from: number, to: number) => address.set(toRangeParams({ from: new Date(from).toISOString().replace(':00.000Z', 'Z'), to: new Date(to).toISOString().replace(':00.000Z', 'Z') }))
  return (
    <figure class="card">
      <div class="card__head">
        <h2>{title}</h2>
        <div class="card__actions">
          {actions}
          <button type="button" class="button button--small button--plain" aria-pressed={asTable.value} onClick={() => (asTable.value = !asTable.value)}>
            Table
          </button>
          <CsvButton name={title} query={query} />
        </div>
      </div>
      {asTable.value ? (
        <SeriesTable label={title} timeline={timeline} layers={layers} format={format} />
      ) : (
        <TimeChart
          label={title}
          timeline={timeline}
          layers={layers}
          kind={kind}
          format={format}
          step={step}
          rangeText={rangeText.charAt(0).toUpperCase() + rangeText.slice(1)}
          {...(marks && { marks })}
          onZoom={onZoom}
        />
      )}
      <figcaption>
        {toSentence({ title, rangeText, against: toRangeWords(of.page.scope).before, total, before, format, timeline, layers, isStacked: kind === 'bars' })}{' '}
        <span class="quiet">
          {starts.some((_, at) => timeline.isPartial(at)) && (kind === 'bars' ? 'Pale bars are incomplete. ' : 'Dashed ends are incomplete. ')}Times in {answer.meta.timeZone}.
        </span>
      </figcaption>
    </figure>
  )
}
