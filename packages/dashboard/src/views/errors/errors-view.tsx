import { toOnlyRow, toRows, type Row } from '../../api/rows.ts'
import { formatCount, formatShortCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import type { Column } from '../../widgets/data-table.tsx'
import type { Layer } from '../../widgets/stack.ts'
import { countColumn, formatSeen, pickColumn, seenColumn } from '../cards/columns.tsx'
import { EndpointName } from '../cards/endpoint-name.tsx'
import { Pick } from '../cards/pick.tsx'
import { SeriesCard } from '../cards/series-card.tsx'
import { TableCard } from '../cards/table-card.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import type { ViewProps } from '../view-props.ts'
import { toConsumerColumns } from './consumer-columns.tsx'
import { ErrorView } from './error-view.tsx'
import { formatExpected, parseExpected } from './expected.ts'
import { toFirstSeen } from './to-first-seen.ts'

/** What fails, where, for whom and since when, or one error. */
export function ErrorsView(props: ViewProps) {
  return props.page.params.get('error') === null ? <AllErrors {...props} /> : <ErrorView {...props} />
}

function AllErrors(props: ViewProps) {
  const { now } = useDashboard()
  const at = now.peek()
  const { answers } = props.answer
  const total = toOnlyRow(answers['totals'])
  const rows = answers['series'] === undefined ? [] : toRows(answers['series'])
  const firstSeen = toFirstSeen(answers['courses'])
  const layers: readonly Layer[] = [
    { id: 'clientErrors', label: '4xx', tone: 'clientError', values: rows.map((row) => row.of('clientErrors')), total: total.of('clientErrors') },
    { id: 'serverErrors', label: '5xx', tone: 'serverError', values: rows.map((row) => row.of('serverErrors')), total: total.of('serverErrors') },
  ]
  const errors: readonly Column<Row>[] = [
    {
      id: 'error',
      title: 'Error',
      cell: ({ keys: [fingerprint, errorClass] }) => (
        <ViewLink name="errors" changes={{ error: String(fingerprint) }} class="pick">
          <bdi>{errorClass ?? 'Error'}</bdi> <code class="quiet">{String(fingerprint).slice(0, 8)}</code>
        </ViewLink>
      ),
    },
    countColumn('requests', 'Requests'),
    countColumn('consumers', 'Consumers'),
    { id: 'firstSeen', title: 'First seen', cell: ({ keys: [fingerprint = null] }) => <span class="quiet">{formatSeen(firstSeen.get(fingerprint) ?? null, at)}</span> },
    seenColumn(at),
  ]
  const endpoints: readonly Column<Row>[] = [
    {
      id: 'endpoint',
      title: 'Endpoint',
      cell: ({ keys: [endpoint = null] }) => (
        <Pick dimension="endpoint" value={endpoint}>
          <EndpointName endpoint={endpoint} />
        </Pick>
      ),
    },
    { id: 'status', title: 'Status', cell: ({ keys: [, status = null] }) => <Pick dimension="status" value={status} /> },
    countColumn('requests', 'Requests'),
    countColumn('consumers', 'Consumers'),
    seenColumn(at),
  ]
  return (
    <>
      <SeriesCard of={props} name="series" title="Failed requests" layers={layers} kind="bars" format={formatShortCount} total={total.of('requests')} before={total.before('requests')} />
      <TableCard of={props} name="errors" title="Errors thrown" columns={errors} empty="None were thrown, or the app's framework did not tell." />
      <TableCard of={props} name="endpoints" title="Where requests fail" columns={endpoints} empty="None failed." />
      <div class="view__row view__row--two">
        <TableCard of={props} name="statuses" title="Statuses" columns={toStatusColumns(at)} empty="None failed." />
        <TableCard of={props} name="consumers" title="For whom" columns={toConsumerColumns(at)} empty="None failed." />
      </div>
    </>
  )
}

function toStatusColumns(now: number): readonly Column<Row>[] {
  return [pickColumn('status'), countColumn('requests', 'Requests'), seenColumn(now), { id: 'expected', title: 'Expected', cell: ({ keys: [status] }) => <Expected status={Number(status)} /> }]
}

/** Sets a status aside that is no fault, such as the 404 of a look-up. */
function Expected({ status }: { readonly status: number }) {
  const { address, page } = useDashboard()
  const expected = parseExpected(page.value.params)
  return (
    <input
      type="checkbox"
      aria-label={`${formatCount(status)} is expected`}
      checked={expected.includes(status)}
      onChange={() => address.set({ expected: formatExpected(expected, status) }, 'replace')}
    />
  )
}
