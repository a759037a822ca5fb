import { useSignal } from '@preact/signals'
import { toRows, type Row } from '../../api/rows.ts'
import { formatCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { HeatMap } from '../../widgets/heat-map.tsx'
import { CsvButton } from '../cards/csv-button.tsx'
import { ProblemText } from '../cards/problem-text.tsx'
import type { ViewProps } from '../view-props.ts'
import { toCalendar } from './to-calendar.ts'

const TITLE = 'Requests of the last 12 months, by day'
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const WEEKS_PER_LABEL = 5

/** On which days somebody called, over a year. */
export function CalendarCard(props: ViewProps) {
  const { dates } = useDashboard()
  const asTable = useSignal(false)
  const answer = props.answer.answers['days']
  const query = props.question.queries['days']
  if (answer === undefined || query === undefined) return <ProblemText title={TITLE} of={props} name="days" />
  const rows = toRows(answer)
  const active = rows.filter((row) => (row.of('requests') ?? 0) > 0).toReversed()
  const { weeks, values } = toCalendar(rows.map((row) => ({ time: Number(row.keys[0]), requests: row.of('requests') ?? 0 })), dates.value)
  const columns: readonly Column<Row>[] = [
    { id: 'day', title: 'Day', cell: ({ keys: [time] }) => dates.value.day(Number(time)) },
    { id: 'requests', title: 'Requests', cell: (row) => formatCount(row.of('requests') ?? 0) },
  ]
  return (
    <Card
      title={TITLE}
      actions={
        <div class="card__actions">
          <button type="button" class="button button--small button--plain" aria-pressed={asTable.value} onClick={() => (asTable.value = !asTable.value)}>
            Table
          </button>
          <CsvButton name={TITLE} query={query} />
        </div>
      }
    >
      {asTable.value ? (
        <DataTable caption={TITLE} columns={columns} rows={active} rowKey={({ keys }) => String(keys[0])} empty="No requests." limit={20} />
      ) : (
        <HeatMap label={TITLE} rows={WEEKDAYS} columns={weeks} values={values} format={(value) => `${formatCount(value)} requests`} columnStep={WEEKS_PER_LABEL} />
      )}
    </Card>
  )
}
