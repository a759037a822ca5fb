import { useComputed } from '@preact/signals'
import type { Row } from '../../api/rows.ts'
import { formatRate } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import type { Column } from '../../widgets/data-table.tsx'
import { bytesColumn, countColumn, durationColumn, ERROR_RATE, seenColumn, shareColumn } from '../cards/columns.tsx'
import { EndpointName } from '../cards/endpoint-name.tsx'
import { SearchBox } from '../cards/search-box.tsx'
import { sparkColumns } from '../cards/sparks.tsx'
import { TableCard } from '../cards/table-card.tsx'
import { useSorting } from '../cards/use-sorting.ts'
import { ViewLink } from '../frame/view-link.tsx'
import { toMinutes } from '../range-minutes.ts'
import type { ViewProps } from '../view-props.ts'
import { EndpointView } from './endpoint-view.tsx'

const AGE_STEP_MS = 15_000
const ROWS_SHOWN = 50

/** All endpoints beside each other, or one of them. */
export function EndpointsView(props: ViewProps) {
  const endpoint = props.page.params.get('endpoint')
  return endpoint === null ? <AllEndpoints {...props} /> : <EndpointView {...props} endpoint={endpoint} />
}

function AllEndpoints(props: ViewProps) {
  const { now } = useDashboard()
  const at = useComputed(() => Math.floor(now.value / AGE_STEP_MS) * AGE_STEP_MS).value
  const sorting = useSorting()
  const { answers } = props.answer
  const minutes = toMinutes(answers['endpoints']?.meta)
  const columns: readonly Column<Row>[] = [
    {
      id: 'endpoint',
      title: 'Endpoint',
      cell: ({ keys: [endpoint = null] }) => (
        <ViewLink name="endpoints" changes={{ endpoint: String(endpoint) }} class="pick">
          <EndpointName endpoint={endpoint} />
        </ViewLink>
      ),
    },
    countColumn('requests', 'Requests'),
    { id: 'perMinute', title: 'Per min', cell: (row) => formatRate((row.of('requests') ?? 0) / minutes) },
    ERROR_RATE,
    durationColumn('p50', 'p50'),
    durationColumn('p90', 'p90'),
    durationColumn('p95', 'p95'),
    durationColumn('p99', 'p99'),
    { id: 'apdex', title: 'Apdex', isSortable: true, cell: (row) => row.of('apdex')?.toFixed(2) ?? '–' },
    shareColumn('upstreamShare', 'Upstream'),
    bytesColumn('responseBytes', 'Bytes'),
    ...sparkColumns(answers['courses']),
    seenColumn(at),
  ]
  return (
    <TableCard of={props} name="endpoints" title="Endpoints" columns={columns} empty="No endpoints." limit={ROWS_SHOWN} sorting={sorting} actions={<SearchBox label="Search endpoints" />} />
  )
}
