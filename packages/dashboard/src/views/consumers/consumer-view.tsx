import { toOnlyRow, toRows } from '../../api/rows.ts'
import { formatBytes } from '../../format/bytes.ts'
import { toChange } from '../../format/change.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatShare, formatShortCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { FigureList } from '../../widgets/figure-list.tsx'
import { countColumn, durationColumn, ERROR_RATE, formatSeen, pickColumn, seenColumn } from '../cards/columns.tsx'
import { EndpointName } from '../cards/endpoint-name.tsx'
import { Pick } from '../cards/pick.tsx'
import { SeriesCard } from '../cards/series-card.tsx'
import { TableCard } from '../cards/table-card.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import { toStatusLayers } from '../status-layers.ts'
import type { ViewProps } from '../view-props.ts'
import { CalendarCard } from './calendar-card.tsx'
import { PrivacyNote } from './privacy-note.tsx'

/** One consumer: when they call, what, with what, and what fails for them. */
export function ConsumerView({ consumer, ...props }: ViewProps & { readonly consumer: string }) {
  const { now } = useDashboard()
  const at = now.peek()
  const { answers } = props.answer
  const total = toOnlyRow(answers['totals'])
  const rows = answers['series'] === undefined ? [] : toRows(answers['series'])
  const days = (answers['days'] === undefined ? [] : toRows(answers['days'])).filter((row) => (row.of('requests') ?? 0) > 0)
  const growth = toChange(total.of('requests'), total.before('requests'))
  return (
    <>
      <p class="crumbs">
        <ViewLink name="consumers">All consumers</ViewLink>
        <Pick dimension="consumer" value={consumer} />
      </p>
      <PrivacyNote />
      <FigureList
        items={[
          { label: 'Requests', value: formatShortCount(total.of('requests') ?? 0) },
          ...(props.page.scope.isCompared ? [{ label: 'Growth', value: growth.direction === 'down' ? `↓ ${growth.text}` : growth.text }] : []),
          { label: 'Error rate', value: formatShare(total.of('errorRate')) },
          { label: 'p95', value: formatDuration(total.of('p95')) },
          { label: 'Bytes', value: formatBytes(total.of('responseBytes') ?? 0) },
          { label: 'First seen', value: days[0] === undefined ? '–' : formatSeen(Number(days[0].keys[0]), at) },
          { label: 'Last seen', value: formatSeen(total.of('lastSeenAt'), at) },
          { label: 'Active days in 12 months', value: formatCount(days.length) },
        ]}
      />
      <CalendarCard {...props} />
      <SeriesCard of={props} name="series" title="Requests" layers={toStatusLayers(rows, total)} kind="bars" format={formatShortCount} total={total.of('requests')} before={total.before('requests')} />
      <div class="view__row view__row--two">
        <TableCard of={props} name="endpoints" title="Endpoints" columns={[pickColumn('endpoint'), countColumn('requests', 'Requests'), ERROR_RATE, durationColumn('p95', 'p95')]} empty="None." />
        <TableCard
          of={props}
          name="errors"
          title="What failed"
          columns={[
            {
              id: 'endpoint',
              title: 'Endpoint',
              cell: ({ keys: [, endpoint = null] }) => (
                <Pick dimension="endpoint" value={endpoint}>
                  <EndpointName endpoint={endpoint} />
                </Pick>
              ),
            },
            { id: 'status', title: 'Status', cell: ({ keys: [status = null] }) => <Pick dimension="status" value={status} /> },
            countColumn('requests', 'Requests'),
            seenColumn(at),
          ]}
          empty="Nothing failed."
        />
      </div>
      <TableCard
        of={props}
        name="clients"
        title="Clients"
        columns={[
          pickColumn('client'),
          { id: 'version', title: 'Version', cell: ({ keys: [, version = null] }) => <Pick dimension="clientVersion" value={version} /> },
          countColumn('requests', 'Requests'),
        ]}
        empty="None."
      />
    </>
  )
}
