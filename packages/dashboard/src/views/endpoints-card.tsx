import type { EndpointRow, Overview } from '@wayside/protocol'
import { Fragment } from 'preact'
import { formatDuration } from '../format/duration.ts'
import { formatCount } from '../format/number.ts'
import { Card } from '../widgets/card.tsx'
import { DataTable, type Column } from '../widgets/data-table.tsx'
import { ErrorShare } from '../widgets/error-share.tsx'

/** The endpoints with the most requests. */
export function EndpointsCard({ overview: { endpoints } }: { readonly overview: Overview }) {
  const most = Math.max(1, ...endpoints.map((row) => row.requests))
  return (
    <Card title="Endpoints">
      <DataTable
        caption="Endpoints, most requests first"
        columns={COLUMNS}
        rows={endpoints}
        rowKey={(row) => `${row.method} ${row.route ?? '(none)'}`}
        share={(row) => row.requests / most}
        empty="No endpoints."
      />
    </Card>
  )
}

const COLUMNS: readonly Column<EndpointRow>[] = [
  { id: 'endpoint', title: 'Endpoint', cell: (row) => <Endpoint {...row} /> },
  { id: 'requests', title: 'Requests', cell: (row) => formatCount(row.requests) },
  {
    id: 'errors',
    title: 'Errors',
    cell: (row) => <ErrorShare share={row.errorRate} requests={row.requests} serverErrors={row.serverError} />,
  },
  { id: 'p50', title: 'p50', cell: (row) => formatDuration(row.p50Ms) },
  { id: 'p95', title: 'p95', cell: (row) => formatDuration(row.p95Ms) },
  { id: 'p99', title: 'p99', cell: (row) => formatDuration(row.p99Ms) },
]

function Endpoint({ method, route }: Pick<EndpointRow, 'method' | 'route'>) {
  return (
    <span class="endpoint">
      <span class="method">{method}</span>{' '}
      {route === null ? <em class="quiet">no route matched</em> : <Route route={route} />}
    </span>
  )
}

/** Breaks long templates after a slash rather than inside a name. */
function Route({ route }: { readonly route: string }) {
  return (
    <bdi class="route">
      {route.split(/(?<=\/)/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </bdi>
  )
}
