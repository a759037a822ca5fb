import { useComputed } from '@preact/signals'
import type { Row } from '../../api/rows.ts'
import { toOnlyRow } from '../../api/rows.ts'
import { formatShare } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import type { Column } from '../../widgets/data-table.tsx'
import { countColumn, durationColumn, ERROR_RATE, pickColumn, seenColumn } from '../cards/columns.tsx'
import { ConsumerName } from '../cards/consumer-name.tsx'
import { Pick } from '../cards/pick.tsx'
import { TableCard } from '../cards/table-card.tsx'
import { QuietCard } from '../frame/quiet-card.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import { toDeliverySentence } from '../to-delivery-sentence.ts'
import type { ViewProps } from '../view-props.ts'
import { FiringBanner } from './firing-banner.tsx'
import { MainChart } from './main-chart.tsx'
import { Tiles } from './tiles.tsx'

const ENDPOINTS: readonly Column<Row>[] = [
  pickColumn('endpoint'),
  countColumn('requests', 'Requests'),
  ERROR_RATE,
  durationColumn('p50', 'p50'),
  durationColumn('p95', 'p95'),
  durationColumn('p99', 'p99'),
]
const AGE_STEP_MS = 15_000

/** How a project does in a range: the figures, their course, and who and what they are made of. */
export function OverviewView(props: ViewProps) {
  const { dates, now } = useDashboard()
  // Ages are in minutes: drawing them anew each second would be for nothing.
  const at = useComputed(() => Math.floor(now.value / AGE_STEP_MS) * AGE_STEP_MS).value
  const { answer } = props
  const { alerts, delivery } = answer.extras
  const missing = delivery === undefined ? null : toDeliverySentence(delivery, dates.value)
  const requests = toOnlyRow(answer.answers['totals']).of('requests')
  const share: Column<Row> = { id: 'share', title: 'Share', cell: (row) => formatShare((row.of('requests') ?? 0) / Math.max(1, requests ?? 0)) }
  const consumers: readonly Column<Row>[] = [
    {
      id: 'consumer',
      title: 'Consumer',
      cell: ({ keys: [consumer = null, kind = null] }) => (
        <Pick dimension="consumer" value={consumer}>
          <ConsumerName consumer={consumer} kind={kind} />
        </Pick>
      ),
    },
    countColumn('requests', 'Requests'),
    ERROR_RATE,
    seenColumn(at),
  ]
  return (
    <>
      {alerts !== undefined && alerts.alerts.length > 0 && <FiringBanner alerts={alerts.alerts} />}
      {missing !== null && <p class="banner">{missing}</p>}
      <Tiles {...props} />
      {requests === 0 ? (
        <QuietCard page={props.page} />
      ) : (
        <>
          <MainChart {...props} />
          <TableCard of={props} name="endpoints" title="Endpoints" columns={ENDPOINTS} empty="No endpoints." actions={<ViewLink name="endpoints">All endpoints</ViewLink>} />
          <div class="view__row">
            <TableCard of={props} name="consumers" title="Consumers" columns={consumers} empty="No consumers." limit={8} actions={<ViewLink name="consumers">All</ViewLink>} />
            <TableCard of={props} name="countries" title="Countries" columns={[pickColumn('country'), countColumn('requests', 'Requests'), share]} empty="No countries." limit={8} />
            <TableCard of={props} name="clients" title="Clients" columns={[pickColumn('client'), countColumn('requests', 'Requests'), share]} empty="No clients." limit={8} />
          </div>
        </>
      )}
    </>
  )
}
