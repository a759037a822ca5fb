import { toOnlyRow, toRows, type Row } from '../../api/rows.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatShare } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import type { Column } from '../../widgets/data-table.tsx'
import { FigureList } from '../../widgets/figure-list.tsx'
import { countColumn, pickColumn } from '../cards/columns.tsx'
import { TableCard } from '../cards/table-card.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import type { ViewProps } from '../view-props.ts'
import { SLOW_MS, WINDOW_MS } from './ask-deploys.ts'
import { twoProportions } from './two-proportions.ts'

/** Chance may look like a change in one of so many comparisons, all endpoints of the table together. */
const CHANCE = 0.01
const HOUR_MS = 3_600_000

/** Before and after a deploy, endpoint by endpoint, and which changes are more than chance. */
export function AroundView(props: ViewProps) {
  const { dates } = useDashboard()
  const { answers } = props.answer
  const total = toOnlyRow(answers['totals'])
  const at = answers['totals']?.meta.from ?? 0
  const rows = answers['endpoints'] === undefined ? [] : toRows(answers['endpoints'])
  const slow = new Map((answers['slow'] === undefined ? [] : toRows(answers['slow'])).map((row) => [row.keys[0], row]))
  const slowOf = (row: Row) => slow.get(row.keys[0] ?? null)?.of('requests') ?? 0
  const slowBefore = (row: Row) => slow.get(row.keys[0] ?? null)?.before('requests') ?? 0
  const isMoreThanChance = (chance: number | null) => chance !== null && chance < CHANCE / Math.max(1, 2 * rows.length)
  const requests = (row: Row) => row.of('requests') ?? 0
  const requestsBefore = (row: Row) => row.before('requests') ?? 0
  const columns: readonly Column<Row>[] = [
    pickColumn('endpoint'),
    { id: 'requestsBefore', title: 'Before', cell: (row) => formatCount(requestsBefore(row)) },
    countColumn('requests', 'After'),
    { id: 'errorsBefore', title: 'Errors before', cell: (row) => formatShare(row.before('errorRate')) },
    {
      id: 'errors',
      title: 'Errors after',
      cell: (row) => (
        <Verdict
          text={formatShare(row.of('errorRate'))}
          isMore={(row.of('errorRate') ?? 0) > (row.before('errorRate') ?? 0)}
          isSure={isMoreThanChance(twoProportions({ part: row.of('errors') ?? 0, whole: requests(row) }, { part: row.before('errors') ?? 0, whole: requestsBefore(row) }))}
        />
      ),
    },
    { id: 'p95Before', title: 'p95 before', cell: (row) => formatDuration(row.before('p95')) },
    { id: 'p95', title: 'p95 after', cell: (row) => formatDuration(row.of('p95')) },
    { id: 'slowBefore', title: 'Slow before', cell: (row) => formatShare(requestsBefore(row) === 0 ? null : slowBefore(row) / requestsBefore(row)) },
    {
      id: 'slow',
      title: 'Slow after',
      cell: (row) => (
        <Verdict
          text={formatShare(requests(row) === 0 ? null : slowOf(row) / requests(row))}
          isMore={slowOf(row) / Math.max(1, requests(row)) > slowBefore(row) / Math.max(1, requestsBefore(row))}
          isSure={isMoreThanChance(twoProportions({ part: slowOf(row), whole: requests(row) }, { part: slowBefore(row), whole: requestsBefore(row) }))}
        />
      ),
    },
  ]
  return (
    <>
      <p class="crumbs">
        <ViewLink name="deploys">All versions</ViewLink>
        <strong>
          <bdi>{props.page.params.get('deploy') ?? ''}</bdi>
        </strong>
        <span class="quiet">
          the {WINDOW_MS / HOUR_MS} hours after {dates.value.day(at)}, {dates.value.time(at)}, beside as many before
        </span>
      </p>
      <FigureList
        items={[
          { label: 'Requests', value: `${formatCount(total.before('requests') ?? 0)} → ${formatCount(total.of('requests') ?? 0)}` },
          { label: 'Error rate', value: `${formatShare(total.before('errorRate'))} → ${formatShare(total.of('errorRate'))}` },
          { label: 'p50', value: `${formatDuration(total.before('p50'))} → ${formatDuration(total.of('p50'))}` },
          { label: 'p95', value: `${formatDuration(total.before('p95'))} → ${formatDuration(total.of('p95'))}` },
        ]}
      />
      <TableCard of={props} name="endpoints" title="Before and after, by endpoint" columns={columns} empty="No requests around this time." limit={50}>
        <p class="figcaption quiet">
          Slow: more than {formatDuration(SLOW_MS)}. Marked ▲ worse and ▼ better where chance alone would show that in less than one of a hundred such tables (test of two
          proportions, divided by the number of comparisons).
        </p>
      </TableCard>
    </>
  )
}

interface VerdictProps {
  readonly text: string
  readonly isMore: boolean
  readonly isSure: boolean
}

function Verdict({ text, isMore, isSure }: VerdictProps) {
  if (!isSure) return <>{text}</>
  return (
    <span class={isMore ? 'verdict verdict--worse' : 'verdict verdict--better'}>
      <span aria-hidden="true">{isMore ? '▲ ' : '▼ '}</span>
      {text}
      <span class="visually-hidden">, {isMore ? 'worse' : 'better'}</span>
    </span>
  )
}
