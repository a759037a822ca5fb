import { useSignal } from '@preact/signals'
import { toRows } from '../../api/rows.ts'
import { formatCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { HeatMap } from '../../widgets/heat-map.tsx'
import { CsvButton } from '../cards/csv-button.tsx'
import { ProblemText } from '../cards/problem-text.tsx'
import type { ViewProps } from '../view-props.ts'
import { toWeek } from './to-week.ts'

const TITLE = 'The week, of the last 30 days'
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
const HOURS_PER_LABEL = 3

interface WeekHour {
  readonly name: string
  readonly requests: number
}

/** Requests by weekday and hour. A month, whatever the range, for a week needs some of them. */
export function WeekCard(props: ViewProps) {
  const { dates } = useDashboard()
  const asTable = useSignal(false)
  const answer = props.answer.answers['hours']
  const query = props.question.queries['hours']
  if (answer === undefined || query === undefined) return <ProblemText title={TITLE} of={props} name="hours" />
  const week = toWeek(toRows(answer).map((row) => ({ time: Number(row.keys[0]), requests: row.of('requests') ?? 0 })), dates.value)
  const hours = week.flatMap((row, day): readonly WeekHour[] => row.map((requests, hour) => ({ name: `${WEEKDAYS[day] ?? ''} ${HOURS[hour] ?? ''}:00`, requests })))
  const columns: readonly Column<WeekHour>[] = [
    { id: 'hour', title: 'Hour', cell: ({ name }) => name },
    { id: 'requests', title: 'Requests', cell: ({ requests }) => formatCount(requests) },
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
        <DataTable caption={TITLE} columns={columns} rows={hours} rowKey={({ name }) => name} empty="No requests." limit={24} />
      ) : (
        <HeatMap label={TITLE} rows={WEEKDAYS} columns={HOURS} values={week} format={(value) => `${formatCount(value)} requests`} columnStep={HOURS_PER_LABEL} />
      )}
      <p class="figcaption">{toSentence(hours)} Times in {answer.meta.timeZone}.</p>
    </Card>
  )
}

function toSentence(hours: readonly WeekHour[]): string {
  const [most] = hours.toSorted((a, b) => b.requests - a.requests)
  return most === undefined || most.requests === 0 ? 'No requests.' : `Busiest: ${most.name}, with ${formatCount(most.requests)} requests.`
}
