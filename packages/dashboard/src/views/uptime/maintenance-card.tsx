import type { MaintenanceWindow, MonitorReport } from '@wayside/protocol'
import { useSignal } from '@preact/signals'
import { record } from '../../api/checks.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { FormField } from '../form-field.tsx'
import { useChange } from '../use-change.ts'

export interface MaintenanceCardProps {
  readonly windows: readonly MaintenanceWindow[]
  readonly monitors: readonly MonitorReport[]
}

const MINUTE_MS = 60_000
const LENGTHS: readonly (readonly [minutes: number, text: string])[] = [
  [30, '30 minutes'],
  [60, 'an hour'],
  [240, '4 hours'],
  [1_440, 'a day'],
]

/** Planned times that count for nothing. */
export function MaintenanceCard({ windows, monitors }: MaintenanceCardProps) {
  const { dates, now } = useDashboard()
  const ending = useChange()
  const names = new Map(monitors.map(({ id, name }) => [id, name]))
  const columns: readonly Column<MaintenanceWindow>[] = [
    { id: 'of', title: 'Of', cell: ({ monitor }) => <bdi>{monitor === null ? 'All monitors' : (names.get(monitor) ?? monitor)}</bdi> },
    { id: 'when', title: 'When', cell: ({ from, to }) => dates.value.interval(from, to) },
    { id: 'note', title: 'Note', cell: ({ note }) => <bdi>{note}</bdi> },
    {
      id: 'actions',
      title: 'Actions',
      cell: ({ id, from, to }) =>
        to > now.peek() && (
          <button
            type="button"
            class="button button--small button--plain"
            onClick={() => void ending.make({ method: 'DELETE', path: `api/v1/maintenance?${new URLSearchParams({ window: String(id) }).toString()}` }, record({}))}
          >
            {from > now.peek() ? 'Remove' : 'End now'}
          </button>
        ),
    },
  ]
  return (
    <Card title="Maintenance">
      <DataTable caption="Maintenance" columns={columns} rows={windows} rowKey={({ id }) => String(id)} empty="None is planned." limit={10} isLabelled />
      <p role="alert">{ending.refusal}</p>
      <PlanForm monitors={monitors} />
    </Card>
  )
}

function PlanForm({ monitors }: Pick<MaintenanceCardProps, 'monitors'>) {
  const { dates } = useDashboard()
  const monitor = useSignal('')
  const begin = useSignal('')
  const minutes = useSignal('60')
  const note = useSignal('')
  const { isBusy, refusal, make } = useChange()

  async function plan(event: Event) {
    event.preventDefault()
    const from = begin.value === '' ? Date.now() : Date.parse(`${begin.value}:00Z`) - dates.peek().offsetMinutes(Date.parse(`${begin.value}:00Z`)) * MINUTE_MS
    const body = { monitor: monitor.value === '' ? null : monitor.value, from, to: from + Number(minutes.value) * MINUTE_MS, note: note.value.trim() }
    if ((await make({ method: 'POST', path: 'api/v1/maintenance', body }, record({}))) !== null) begin.value = note.value = ''
  }
  return (
    <details class="form__more">
      <summary>Plan maintenance</summary>
      <form class="form" onSubmit={(event) => void plan(event)}>
        <FormField label="Of">
          <select value={monitor.value} onInput={(event) => (monitor.value = event.currentTarget.value)}>
            <option value="">All monitors</option>
            {monitors.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </FormField>
        <FormField label="From" hint={`Empty for now; a time in ${dates.value.timeZone}`}>
          <input type="datetime-local" value={begin.value} onInput={(event) => (begin.value = event.currentTarget.value)} />
        </FormField>
        <FormField label="For">
          <select value={minutes.value} onInput={(event) => (minutes.value = event.currentTarget.value)}>
            {LENGTHS.map(([length, words]) => (
              <option key={length} value={String(length)}>
                {words}
              </option>
            ))}
          </select>
        </FormField>
        <FormField label="Note" hint="Status pages show it">
          <input maxLength={200} value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />
        </FormField>
        <p class="form__actions">
          <button type="submit" class="button" disabled={isBusy}>
            Plan it
          </button>
        </p>
        <p role="alert">{refusal}</p>
      </form>
    </details>
  )
}
