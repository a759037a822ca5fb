import type { LatencyCourse } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatShare } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { HeatMap } from '../../widgets/heat-map.tsx'
import { ProblemText } from '../cards/problem-text.tsx'
import { RowsCsvButton } from '../cards/rows-csv-button.tsx'
import type { ViewProps } from '../view-props.ts'

interface Band {
  readonly name: string
  readonly requests: number
}

const COLUMN_LABELS = 8

/** How long requests took: over time as shades, and in all as bars, which is the table behind it. */
export function LatencyCard(props: ViewProps) {
  const { dates } = useDashboard()
  const asTable = useSignal(false)
  const { latency } = props.answer.extras
  if (props.question.extras.latency === undefined) return null
  if (latency === undefined) return <ProblemText title="How long requests took" of={props} name="latency" />
  const bands = toBands(latency)
  const all = bands.reduce((sum, { requests }) => sum + requests, 0)
  // Bands without a request at either end would be empty rows.
  const [first, last] = [bands.findIndex(({ requests }) => requests > 0), bands.findLastIndex(({ requests }) => requests > 0)]
  const shown = first === -1 ? [] : bands.slice(first, last + 1)
  const most = Math.max(1, ...shown.map(({ requests }) => requests))
  const columns: readonly Column<Band>[] = [
    { id: 'band', title: 'Duration', cell: ({ name }) => name },
    { id: 'requests', title: 'Requests', cell: ({ requests }) => formatCount(requests) },
    { id: 'share', title: 'Share', cell: ({ requests }) => formatShare(requests / Math.max(1, all)) },
  ]
  const isShort = latency.intervals.every(({ time }, at) => at === 0 || time - (latency.intervals[at - 1]?.time ?? 0) < 43_200_000)
  return (
    <Card
      title="How long requests took"
      actions={
        <div class="card__actions">
          <button type="button" class="button button--small button--plain" aria-pressed={asTable.value} onClick={() => (asTable.value = !asTable.value)}>
            Table
          </button>
          <RowsCsvButton name="How long requests took" columns={['time', 'atMostMs', 'requests']} rows={() => toCsvRows(latency)} />
        </div>
      }
    >
      {asTable.value || shown.length === 0 ? (
        <DataTable caption="Requests by duration" columns={columns} rows={shown} rowKey={({ name }) => name} share={({ requests }) => requests / most} empty="Nothing was measured." limit={bands.length} />
      ) : (
        <>
          <HeatMap
            label="Requests by duration over time"
            rows={shown.map(({ name }) => name).toReversed()}
            columns={latency.intervals.map(({ time }) => (isShort ? dates.value.time(time) : dates.value.day(time)))}
            values={shown.map((_, at) => latency.intervals.map(({ requests }) => requests[first + at] ?? 0)).toReversed()}
            format={(value) => `${formatCount(value)} requests`}
            columnStep={Math.ceil(latency.intervals.length / COLUMN_LABELS)}
          />
          <p class="figcaption">{toSentence(shown, all)}</p>
        </>
      )}
    </Card>
  )
}

function toBands({ bandsMs, intervals }: LatencyCourse): readonly Band[] {
  return [...bandsMs, null].map((endMs, at) => ({
    name: endMs === null ? `over ${formatDuration(bandsMs.at(-1) ?? 0)}` : `≤ ${formatDuration(endMs)}`,
    requests: intervals.reduce((sum, { requests }) => sum + (requests[at] ?? 0), 0),
  }))
}

/** The band that has no end, of the slowest requests, is empty in `atMostMs`. */
function toCsvRows({ bandsMs, intervals }: LatencyCourse) {
  return intervals.flatMap(({ time, requests }) => requests.map((count, at) => [new Date(time).toISOString(), bandsMs[at] ?? null, count]))
}

function toSentence(bands: readonly Band[], all: number): string {
  const [most] = bands.toSorted((a, b) => b.requests - a.requests)
  return most === undefined ? '' : `${formatCount(all)} requests were measured; most of them, ${formatShare(most.requests / all)}, in the band ${most.name}.`
}
