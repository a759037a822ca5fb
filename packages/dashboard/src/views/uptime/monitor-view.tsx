import type { MonitorCheck, MonitorLatency, MonitorReport } from '@wayside/protocol'
import { record } from '../../api/checks.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, NOTHING } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { FigureList } from '../../widgets/figure-list.tsx'
import { TimeChart } from '../../widgets/time-chart.tsx'
import { toTimeline } from '../../widgets/timeline.ts'
import { formatSeen } from '../cards/columns.tsx'
import { ProblemText } from '../cards/problem-text.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import type { ViewProps } from '../view-props.ts'
import { LATENCY_DAYS } from './ask-uptime.ts'
import { DayBars } from './day-bars.tsx'
import { IncidentsCard } from './incidents-card.tsx'
import { MonitorForm } from './monitor-form.tsx'
import { StateTag } from './state-tag.tsx'
import { StateWords } from './state-words.tsx'
import { formatUptime, toStateWord } from './uptime-words.ts'
import { useChange } from '../use-change.ts'

const HOUR_MS = 3_600_000
/** A check that was asked for is made within a second, and then takes its time. */
const LOOK_AGAIN_MS = 2_500

/** One monitor: how its target does, how fast it answers, and when it was down. */
export function MonitorView({ monitor, ...props }: ViewProps & { readonly monitor: MonitorReport }) {
  const { now, page } = useDashboard()
  const { incidents, monitorChecks, monitorLatency } = props.answer.extras
  const at = now.peek()
  const certificate = monitorChecks?.checks[0]?.certificateEndsAt ?? null
  return (
    <>
      <p class="crumbs">
        <ViewLink name="uptime">All monitors</ViewLink>
        <bdi>{monitor.name}</bdi>
        <StateTag state={toStateWord(monitor)} />
      </p>
      <MonitorActions monitor={monitor} />
      {page.value.params.get('edit') !== null && <MonitorForm monitor={monitor} key={monitor.id} />}
      <StateWords monitor={monitor} />
      <FigureList
        items={[
          { label: 'Last 24 hours', value: formatUptime(monitor.uptime.hours24) },
          { label: 'Last 7 days', value: formatUptime(monitor.uptime.days7) },
          { label: 'Last 30 days', value: formatUptime(monitor.uptime.days30) },
          { label: 'Last 90 days', value: formatUptime(monitor.uptime.days90) },
          { label: 'Median response', value: formatUs(monitorLatency?.p50Us ?? null) },
          { label: 'p95', value: formatUs(monitorLatency?.p95Us ?? null) },
          { label: 'p99', value: formatUs(monitorLatency?.p99Us ?? null) },
          { label: 'Last check', value: formatSeen(monitor.checkedAt, at) },
          ...(certificate === null ? [] : [{ label: 'Certificate ends in', value: `${Math.floor((certificate - at) / (24 * HOUR_MS))} d` }]),
        ]}
      />
      <Card title="The last 90 days">
        <DayBars {...monitor} />
      </Card>
      {monitorLatency === undefined ? <ProblemText title="Response time" of={props} name="monitorLatency" /> : <LatencyCard latency={monitorLatency} now={at} />}
      <IncidentsCard incidents={incidents?.incidents ?? []} monitors={[monitor]} />
      {monitorChecks === undefined ? <ProblemText title="Checks" of={props} name="monitorChecks" /> : <ChecksCard checks={monitorChecks.checks} now={at} />}
    </>
  )
}

function MonitorActions({ monitor: { id, name, paused } }: { readonly monitor: MonitorReport }) {
  const { address, feed } = useDashboard()
  const { isBusy, refusal, make } = useChange()
  const of = `?${new URLSearchParams({ id }).toString()}`

  async function checkNow() {
    if ((await make({ method: 'POST', path: `api/v1/monitor/check${of}` }, record({}))) !== null) setTimeout(feed.refresh, LOOK_AGAIN_MS)
  }
  async function remove() {
    if (!confirm(`Remove ${name} with all its checks and incidents?`)) return
    if ((await make({ method: 'DELETE', path: `api/v1/monitor${of}` }, record({}))) !== null) address.set({ monitor: null })
  }
  return (
    <>
      <p class="form__actions">
        <button type="button" class="button" disabled={isBusy || paused} onClick={() => void checkNow()}>
          Check now
        </button>
        <button type="button" class="button" onClick={() => address.set({ edit: '' })}>
          Change
        </button>
        <button type="button" class="button" disabled={isBusy} onClick={() => void make({ method: 'PATCH', path: `api/v1/monitor${of}`, body: { paused: !paused } }, record({}))}>
          {paused ? 'Resume' : 'Pause'}
        </button>
        <button type="button" class="button button--plain" disabled={isBusy} onClick={() => void remove()}>
          Remove
        </button>
      </p>
      <p role="alert">{refusal}</p>
    </>
  )
}

function LatencyCard({ latency: { hours, p50Us, p95Us }, now }: { readonly latency: MonitorLatency; readonly now: number }) {
  const { dates } = useDashboard()
  const title = 'Response time'
  if (hours.length === 0)
    return (
      <Card title={title}>
        <p class="table__empty">There was no answer in the last {LATENCY_DAYS} days.</p>
      </Card>
    )
  const [first, last] = [hours[0]?.time ?? now, hours.at(-1)?.time ?? now]
  // Hours without an answer are gaps, not left out.
  const starts = Array.from({ length: Math.round((last - first) / HOUR_MS) + 1 }, (_, at) => first + at * HOUR_MS)
  const byTime = new Map(hours.map((hour) => [hour.time, hour]))
  const values = (of: 'p50Us' | 'p95Us') => starts.map((time) => toMs(byTime.get(time)?.[of] ?? null))
  return (
    <Card title={title}>
      <TimeChart
        label={title}
        timeline={toTimeline(starts, { from: first, to: last + HOUR_MS, completeUntil: now }, dates.value)}
        kind="lines"
        layers={[
          { id: 'p95', label: 'p95', tone: 'second', values: values('p95Us'), total: toMs(p95Us) },
          { id: 'p50', label: 'Median', tone: 'main', values: values('p50Us'), total: toMs(p50Us) },
        ]}
        format={formatDuration}
        step={0.01}
        rangeText={`In the last ${LATENCY_DAYS} days`}
      />
    </Card>
  )
}

function ChecksCard({ checks, now }: { readonly checks: readonly MonitorCheck[]; readonly now: number }) {
  const phase = (id: 'dnsUs' | 'connectUs' | 'tlsUs' | 'firstByteUs' | 'totalUs', title: string): Column<MonitorCheck> => ({ id, title, cell: (check) => formatUs(check[id]) })
  const columns: readonly Column<MonitorCheck>[] = [
    {
      id: 'state',
      title: 'Check',
      cell: ({ state, reason }) => (
        <span title={reason ?? undefined}>
          <StateTag state={toStateWord({ paused: false, inMaintenance: false, state })} />
        </span>
      ),
    },
    { id: 'at', title: 'When', cell: ({ at }) => <span class="quiet">{formatSeen(at, now)}</span> },
    { id: 'status', title: 'Status', cell: ({ status }) => (status === null ? NOTHING : formatCount(status)) },
    phase('dnsUs', 'Name'),
    phase('connectUs', 'Connect'),
    phase('tlsUs', 'TLS'),
    phase('firstByteUs', 'First byte'),
    phase('totalUs', 'All'),
  ]
  return (
    <Card title="Checks">
      <DataTable caption="Checks" columns={columns} rows={checks} rowKey={({ at }) => String(at)} empty="There has been none in the last 3 days." limit={15} />
    </Card>
  )
}

function toMs(us: number | null): number | null {
  return us === null ? null : us / 1_000
}

function formatUs(us: number | null): string {
  return formatDuration(toMs(us))
}
