import { useComputed } from '@preact/signals'
import { toOnlyRow, toRows, type Row } from '../../api/rows.ts'
import { toChange } from '../../format/change.ts'
import { formatShortCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import type { Column } from '../../widgets/data-table.tsx'
import type { Layer } from '../../widgets/stack.ts'
import { bytesColumn, countColumn, durationColumn, ERROR_RATE, seenColumn } from '../cards/columns.tsx'
import { ConsumerName } from '../cards/consumer-name.tsx'
import { SearchBox } from '../cards/search-box.tsx'
import { SeriesCard } from '../cards/series-card.tsx'
import { sparkColumns } from '../cards/sparks.tsx'
import { TableCard } from '../cards/table-card.tsx'
import { useSorting } from '../cards/use-sorting.ts'
import { ViewLink } from '../frame/view-link.tsx'
import type { ViewProps } from '../view-props.ts'
import { ConsumerView } from './consumer-view.tsx'
import { PrivacyNote } from './privacy-note.tsx'

const AGE_STEP_MS = 15_000
const ROWS_SHOWN = 50

/** Who calls the API, and who is new; or one of them. */
export function ConsumersView(props: ViewProps) {
  const consumer = props.page.params.get('consumer')
  return consumer === null ? <AllConsumers {...props} /> : <ConsumerView {...props} consumer={consumer} />
}

function AllConsumers(props: ViewProps) {
  const { now } = useDashboard()
  const at = useComputed(() => Math.floor(now.value / AGE_STEP_MS) * AGE_STEP_MS).value
  const sorting = useSorting()
  const { answers } = props.answer
  const total = toOnlyRow(answers['totals'])
  const rows = answers['series'] === undefined ? [] : toRows(answers['series'])
  const layers: readonly Layer[] = [
    { id: 'returning', label: 'Known', tone: 'success', values: rows.map((row) => row.of('returningConsumers')), total: total.of('returningConsumers') },
    { id: 'new', label: 'New', tone: 'clientError', values: rows.map((row) => row.of('newConsumers')), total: total.of('newConsumers') },
  ]
  return (
    <>
      <PrivacyNote />
      <SeriesCard of={props} name="series" title="Consumers" layers={layers} kind="bars" format={formatShortCount} total={total.of('consumers')} before={total.before('consumers')} />
      <TableCard
        of={props}
        name="consumers"
        title="Who calls"
        columns={[...toColumns(props.page.scope.isCompared), ...sparkColumns(answers['courses']), seenColumn(at)]}
        empty="No consumers."
        limit={ROWS_SHOWN}
        sorting={sorting}
        actions={<SearchBox label="Search consumers" />}
      />
    </>
  )
}

const ARROWS = { up: '↑ ', down: '↓ ', same: '', unknown: '' } as const

function toColumns(isCompared: boolean): readonly Column<Row>[] {
  const growth: Column<Row> = {
    id: 'growth',
    title: 'Growth',
    cell: (row) => {
      const { direction, text } = toChange(row.of('requests'), row.before('requests') ?? 0)
      return `${ARROWS[direction]}${text}`
    },
  }
  return [
    {
      id: 'consumer',
      title: 'Consumer',
      cell: ({ keys: [consumer = null, kind = null] }) => (
        <ViewLink name="consumers" changes={{ consumer: String(consumer) }} class="pick">
          <ConsumerName consumer={consumer} kind={kind} />
        </ViewLink>
      ),
    },
    countColumn('requests', 'Requests'),
    ...(isCompared ? [growth] : []),
    ERROR_RATE,
    durationColumn('p95', 'p95'),
    bytesColumn('responseBytes', 'Bytes'),
  ]
}
