import type { StoredRequest } from '@wayside/protocol'
import { formatDuration } from '../../format/duration.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import type { ViewProps } from '../view-props.ts'
import { ConsumerName } from './consumer-name.tsx'
import { Pick } from './pick.tsx'
import { ProblemText } from './problem-text.tsx'
import { RowsCsvButton } from './rows-csv-button.tsx'

export interface RequestsTableProps {
  readonly of: ViewProps
  readonly title: string
  readonly empty: string
  /** @default all */
  readonly limit?: number
}

/** Single requests; each leads to its facts. */
export function RequestsTable({ of, title, empty, limit = 1_000 }: RequestsTableProps) {
  const { dates } = useDashboard()
  const page = of.answer.extras.requests
  if (of.question.extras.requests === undefined) return null
  if (page === undefined) return <ProblemText title={title} of={of} name="requests" />
  const columns: readonly Column<StoredRequest>[] = [
    {
      id: 'request',
      title: 'Request',
      cell: ({ id, time, method, path }) => (
        <ViewLink name="requests" changes={{ request: `${time}-${id}` }} class="pick">
          <span class="endpoint">
            <span class="method">{method}</span>
            <bdi class="route">{path}</bdi>
          </span>
        </ViewLink>
      ),
    },
    {
      id: 'status',
      title: 'Status',
      cell: ({ status }) => (
        <Pick dimension="status" value={status}>
          <span class={status >= 500 ? 'status status--bad' : 'status'}>{status}</span>
        </Pick>
      ),
    },
    { id: 'duration', title: 'Duration', cell: ({ durationUs }) => formatDuration(durationUs === null ? null : durationUs / 1_000) },
    {
      id: 'consumer',
      title: 'Consumer',
      cell: ({ consumer, consumerKind }) => (
        <Pick dimension="consumer" value={consumer}>
          <ConsumerName consumer={consumer} kind={consumerKind} />
        </Pick>
      ),
    },
    { id: 'country', title: 'Country', cell: ({ country }) => <Pick dimension="country" value={country} /> },
    { id: 'time', title: 'Time', cell: ({ time }) => <time class="quiet" dateTime={new Date(time).toISOString()}>{dates.value.instant(time)}</time> },
  ]
  return (
    <Card title={title} actions={<RowsCsvButton name={title} columns={FIELDS} rows={() => page.requests.map(toCsvRow)} />}>
      <DataTable caption={title} columns={columns} rows={page.requests} rowKey={({ id, time }) => `${time}-${id}`} empty={empty} limit={limit} isLabelled />
    </Card>
  )
}

/** Facts of a request in its row of a file, which `toCsvRow` gives in this order. */
const FIELDS = ['time', 'method', 'path', 'route', 'host', 'status', 'durationUs', 'requestBytes', 'responseBytes', 'consumer', 'country', 'client', 'service', 'serviceVersion', 'instance', 'errorClass', 'errorMessage'] as const

function toCsvRow(request: StoredRequest) {
  return FIELDS.map((field) => (field === 'time' ? new Date(request.time).toISOString() : request[field]))
}
