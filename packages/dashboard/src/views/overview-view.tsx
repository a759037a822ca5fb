import { PERIODS, type Overview, type Period } from '@wayside/protocol'
import { useSignal, type ReadonlySignal } from '@preact/signals'
import type { DateFormat } from '../format/date.ts'
import { SeriesTable } from '../widgets/series-table.tsx'
import { StackedBars } from '../widgets/stacked-bars.tsx'
import { ConsumersCard } from './consumers-card.tsx'
import { EndpointsCard } from './endpoints-card.tsx'
import { createIsPartial } from './is-partial.ts'
import { PERIOD_WORDS } from './period-words.ts'
import { ClientsCard, CountriesCard } from './share-cards.tsx'
import { toDeliverySentence } from './to-delivery-sentence.ts'
import { toSentence } from './to-sentence.ts'
import { TotalsTiles } from './totals-tiles.tsx'

export interface OverviewViewProps {
  readonly overview: Overview
  /** Another period was chosen and its answer is on the way. */
  readonly isStale: boolean
  readonly dates: DateFormat
  /** Milliseconds since 1970, as time passes. */
  readonly now: ReadonlySignal<number>
  readonly onChoosePeriod: (period: Period) => void
}

/** How a project does in a period: the figures, their course, and who and what they are made of. */
export function OverviewView({ overview, isStale, dates, now, onChoosePeriod }: OverviewViewProps) {
  const missing = toDeliverySentence(overview.delivery, dates)
  return (
    <div class={isStale ? 'overview overview--stale' : 'overview'} aria-busy={isStale}>
      {missing !== null && <p class="banner">{missing}</p>}
      <TotalsTiles overview={overview} />
      {overview.totals.requests === 0 ? (
        <QuietCard period={overview.period} onChoosePeriod={onChoosePeriod} />
      ) : (
        <>
          <RequestsFigure overview={overview} dates={dates} />
          <EndpointsCard overview={overview} />
          <div class="overview__row">
            <ConsumersCard overview={overview} now={now} />
            <CountriesCard overview={overview} />
            <ClientsCard overview={overview} />
          </div>
        </>
      )}
    </div>
  )
}

/** In place of empty charts: where there may be something to see. */
function QuietCard({ period, onChoosePeriod }: Pick<Overview, 'period'> & Pick<OverviewViewProps, 'onChoosePeriod'>) {
  const longer = PERIODS[PERIODS.indexOf(period) + 1]
  return (
    <section class="card quiet-card">
      <h2>No requests in the {PERIOD_WORDS[period].last}</h2>
      {longer !== undefined && (
        <button type="button" class="button" onClick={() => onChoosePeriod(longer)}>
          Show the {PERIOD_WORDS[longer].last}
        </button>
      )}
    </section>
  )
}

function RequestsFigure({ overview, dates }: { readonly overview: Overview; readonly dates: DateFormat }) {
  const asTable = useSignal(false)
  const { last } = PERIOD_WORDS[overview.period]
  const chart = {
    series: overview.series,
    intervalMs: overview.intervalMs,
    isPartial: createIsPartial(overview),
    dates,
  }
  return (
    <figure class="card">
      <div class="card__head">
        <h2>Requests over time</h2>
        <button
          type="button"
          class="button button--small"
          aria-pressed={asTable.value}
          onClick={() => (asTable.value = !asTable.value)}
        >
          Table
        </button>
      </div>
      {asTable.value ? <SeriesTable {...chart} /> : <StackedBars {...chart} periodText={`In the ${last}`} />}
      <figcaption>
        {toSentence(overview, dates)}{' '}
        <span class="quiet">
          {overview.series.some(chart.isPartial) && 'Pale bars are incomplete. '}Times in {dates.timeZone}.
        </span>
      </figcaption>
    </figure>
  )
}
