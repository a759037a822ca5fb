import { toOnlyRow, toRows } from '../../api/rows.ts'
import { formatCount, formatShortCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { FigureList } from '../../widgets/figure-list.tsx'
import { countColumn, formatSeen, pickColumn, seenColumn } from '../cards/columns.tsx'
import { RequestsTable } from '../cards/requests-table.tsx'
import { SeriesCard } from '../cards/series-card.tsx'
import { TableCard } from '../cards/table-card.tsx'
import { QuietCard } from '../frame/quiet-card.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import type { ViewProps } from '../view-props.ts'
import { toConsumerColumns } from './consumer-columns.tsx'

/** One error: where in the code it is thrown, how often, on which endpoints and since which version. */
export function ErrorView(props: ViewProps) {
  const { dates, now } = useDashboard()
  const at = now.peek()
  const { answers, extras } = props.answer
  const total = toOnlyRow(answers['totals'])
  const rows = answers['series'] === undefined ? [] : toRows(answers['series'])
  const first = rows.find((row) => (row.of('requests') ?? 0) > 0)
  const stack = extras.error?.stack ?? null
  const fingerprint = props.page.params.get('error') ?? ''
  return (
    <>
      <p class="crumbs">
        <ViewLink name="errors">All errors</ViewLink>
        <strong>
          <bdi>{stack?.errorClass ?? fingerprint}</bdi>
        </strong>
      </p>
      {total.of('requests') === 0 ? (
        <QuietCard page={props.page} />
      ) : (
        <>
          <FigureList
            items={[
              { label: 'Requests', value: formatCount(total.of('requests') ?? 0) },
              { label: 'Consumers', value: formatCount(total.of('consumers') ?? 0) },
              { label: 'First seen in this time', value: first === undefined ? '–' : formatSeen(Number(first.keys[0]), at) },
              { label: 'Last seen', value: formatSeen(total.of('lastSeenAt'), at) },
              { label: 'Place', value: <code>{fingerprint}</code> },
            ]}
          />
          <SeriesCard
            of={props}
            name="series"
            title="Requests with this error"
            layers={[{ id: 'requests', label: 'Requests', tone: 'serverError', values: rows.map((row) => row.of('requests')), total: total.of('requests') }]}
            kind="bars"
            format={formatShortCount}
            total={total.of('requests')}
            before={total.before('requests')}
          />
          <Card title="Where it is thrown">
            {stack === null ? (
              <p class="table__empty">The app has sent no stack of this error yet. It does so once an hour while the error goes on.</p>
            ) : (
              <>
                <pre class="stack" tabIndex={0} role="group" aria-label="Stack">
                  {stack.frames.join('\n')}
                </pre>
                <p class="quiet">Told {dates.value.instant(stack.seenAt)}, the innermost first.</p>
              </>
            )}
          </Card>
          <div class="view__row view__row--even">
            <TableCard of={props} name="endpoints" title="Endpoints" columns={[pickColumn('endpoint'), countColumn('requests', 'Requests'), seenColumn(at)]} empty="None." />
            <TableCard of={props} name="consumers" title="For whom" columns={toConsumerColumns(at)} empty="None." />
            <TableCard of={props} name="versions" title="Versions" columns={[pickColumn('serviceVersion'), countColumn('requests', 'Requests'), seenColumn(at)]} empty="None." />
          </div>
          <RequestsTable of={props} title="The last requests with it" empty="None are kept of this time." />
        </>
      )}
    </>
  )
}
