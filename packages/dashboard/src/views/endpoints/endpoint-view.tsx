import { toOnlyRow, toRows, type Row } from '../../api/rows.ts'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatRate, formatShare, formatShortCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { FigureList } from '../../widgets/figure-list.tsx'
import type { Layer } from '../../widgets/stack.ts'
import { countColumn, durationColumn, ERROR_RATE, pickColumn, seenColumn } from '../cards/columns.tsx'
import { ConsumerName } from '../cards/consumer-name.tsx'
import { EndpointName } from '../cards/endpoint-name.tsx'
import { RequestsTable } from '../cards/requests-table.tsx'
import { SeriesCard } from '../cards/series-card.tsx'
import { TableCard } from '../cards/table-card.tsx'
import { QuietCard } from '../frame/quiet-card.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import { toMinutes } from '../range-minutes.ts'
import { toStatusLayers } from '../status-layers.ts'
import type { ViewProps } from '../view-props.ts'
import { LatencyCard } from './latency-card.tsx'

/** One endpoint: how it does, for whom, where its time goes and what fails. */
export function EndpointView({ endpoint, ...props }: ViewProps & { readonly endpoint: string }) {
  const { now } = useDashboard()
  const { answers } = props.answer
  const total = toOnlyRow(answers['totals'])
  const series = answers['series']
  const rows = series === undefined ? [] : toRows(series)
  const minutes = toMinutes(answers['totals']?.meta)
  const ms = (value: number) => formatDuration(value)
  return (
    <>
      <p class="crumbs">
        <ViewLink name="endpoints">All endpoints</ViewLink>
        <EndpointName endpoint={endpoint} />
      </p>
      {total.of('requests') === 0 ? (
        <QuietCard page={props.page} />
      ) : (
        <>
          <FigureList
            items={[
              { label: 'Requests', value: formatShortCount(total.of('requests') ?? 0) },
              { label: 'Per minute', value: formatRate((total.of('requests') ?? 0) / minutes) },
              { label: 'Error rate', value: formatShare(total.of('errorRate')) },
              { label: 'p50', value: formatDuration(total.of('p50')) },
              { label: 'p95', value: formatDuration(total.of('p95')) },
              { label: 'p99', value: formatDuration(total.of('p99')) },
              { label: 'Slowest', value: formatDuration(total.of('max')) },
              { label: 'Apdex', value: total.of('apdex')?.toFixed(2) ?? '–' },
              { label: 'Upstream', value: formatShare(total.of('upstreamShare')) },
              { label: 'Bytes', value: formatBytes(total.of('responseBytes') ?? 0) },
            ]}
          />
          <SeriesCard of={props} name="series" title="Requests" layers={toStatusLayers(rows, total)} kind="bars" format={formatShortCount} total={total.of('requests')} before={total.before('requests')} />
          <SeriesCard of={props} name="series" title="Latency" layers={toLatencyLayers(rows, total)} kind="lines" format={ms} step={0.001} total={total.of('p50')} before={total.before('p50')} />
          <LatencyCard {...props} />
          <SeriesCard of={props} name="series" title="Mean time, ours and upstream" layers={toTimeLayers(rows, total)} kind="bars" format={ms} step={0.001} total={total.of('mean')} before={total.before('mean')} />
          <div class="view__row view__row--even">
            <TableCard of={props} name="statuses" title="Statuses" columns={[pickColumn('status'), countColumn('requests', 'Requests'), durationColumn('p95', 'p95')]} empty="No statuses." />
            <TableCard
              of={props}
              name="consumers"
              title="Consumers"
              columns={[
                {
                  id: 'consumer',
                  title: 'Consumer',
                  cell: ({ keys: [consumer = null, kind = null] }) => (
                    <ViewLink name="consumers" changes={{ consumer: String(consumer ?? '') }} class="pick">
                      <ConsumerName consumer={consumer} kind={kind} />
                    </ViewLink>
                  ),
                },
                countColumn('requests', 'Requests'),
                ERROR_RATE,
              ]}
              empty="No consumers."
            />
            <TableCard
              of={props}
              name="errors"
              title="Errors thrown"
              columns={[
                {
                  id: 'error',
                  title: 'Error',
                  cell: ({ keys: [fingerprint, errorClass] }) => (
                    <ViewLink name="errors" changes={{ error: String(fingerprint) }} class="pick">
                      <bdi>{errorClass ?? fingerprint}</bdi>
                    </ViewLink>
                  ),
                },
                countColumn('requests', 'Requests'),
                seenColumn(now.peek()),
              ]}
              empty="None were thrown."
            />
          </div>
          <RequestsTable of={props} title="The last that failed" empty="None failed." />
        </>
      )}
    </>
  )
}

function toLatencyLayers(rows: readonly Row[], total: Row): readonly Layer[] {
  return (
    [
      ['p50', 'main'],
      ['p95', 'second'],
      ['p99', 'third'],
    ] as const
  ).map(([metric, tone]) => ({ id: metric, label: metric, tone, values: rows.map((row) => row.of(metric)), total: total.of(metric) }))
}

/** The mean time, divided into what outgoing requests took and what did not. */
function toTimeLayers(rows: readonly Row[], total: Row): readonly Layer[] {
  const upstream = (row: Row) => {
    const mean = row.of('mean')
    return mean === null ? null : mean * (row.of('upstreamShare') ?? 0)
  }
  const own = (row: Row) => {
    const mean = row.of('mean')
    return mean === null ? null : mean - (upstream(row) ?? 0)
  }
  return [
    { id: 'own', label: 'Ours', tone: 'main', values: rows.map(own), total: own(total) },
    { id: 'upstream', label: 'Upstream', tone: 'clientError', values: rows.map(upstream), total: upstream(total) },
  ]
}
