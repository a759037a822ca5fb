import type { DropReason, LossGap, Producer } from '@wayside/protocol'
import { formatBytes } from '../../format/bytes.ts'
import { formatAge } from '../../format/duration.ts'
import { formatCount, formatShare } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { FigureList } from '../../widgets/figure-list.tsx'
import { formatSeen } from '../cards/columns.tsx'
import { ProblemText } from '../cards/problem-text.tsx'
import { RowsCsvButton } from '../cards/rows-csv-button.tsx'
import { toRangePhrase } from '../range-words.ts'
import { toDeliverySentence } from '../to-delivery-sentence.ts'
import type { ViewProps } from '../view-props.ts'

/** Whether what the other views show is all: the books of each process that sends, what was lost and why. */
export function QualityView(props: ViewProps) {
  const { dates, now } = useDashboard()
  const { delivery, producers: report } = props.answer.extras
  if (report === undefined) return <ProblemText title="Data quality" of={props} name="producers" />
  const { summary, producers } = report
  const missing = delivery === undefined ? null : toDeliverySentence(delivery, dates.value)
  const phrase = toRangePhrase(props.page.scope)
  const at = now.peek()
  const reasons = toReasons(summary.droppedByReason)
  const gaps = producers.flatMap((producer) => producer.gaps.map((gap) => ({ producer, gap })))
  return (
    <>
      <p class="banner">{missing ?? `Nothing is missing ${phrase}, as far as the producers have told.`}</p>
      <FigureList
        items={[
          { label: 'Captured', value: formatCount(summary.captured) },
          { label: 'Stored', value: formatCount(summary.stored) },
          { label: 'Share stored', value: formatShare(summary.captured === 0 ? null : summary.stored / summary.captured) },
          { label: 'Shed, but counted', value: formatCount(summary.shed) },
          { label: 'Dropped', value: formatCount(summary.dropped) },
          { label: 'Rejected', value: formatCount(summary.rejected) },
          { label: 'Lost', value: formatCount(summary.lost) },
          { label: 'On their way', value: formatCount(summary.pending) },
          { label: 'Elsewhere', value: formatCount(summary.elsewhere) },
          { label: 'Came twice, counted once', value: formatCount(summary.duplicates) },
        ]}
      />
      <Card title="Producers" actions={<RowsCsvButton name="Producers" columns={BOOKS} rows={() => producers.map(toBooks)} />}>
        <DataTable caption="Producers" columns={toProducerColumns(at)} rows={producers} rowKey={({ producerId }) => producerId} empty="No process has sent anything yet." limit={25} />
      </Card>
      <div class="view__row view__row--two">
        <Card
          title="Why events were dropped"
          actions={<RowsCsvButton name="Why events were dropped" columns={['reason', 'events']} rows={() => reasons.map(({ reason, events }) => [reason, events])} />}
        >
          <DataTable caption="Why events were dropped" columns={REASONS} rows={reasons} rowKey={({ reason }) => reason} empty="None were dropped." limit={20} />
        </Card>
        <Card title="Gaps" actions={<RowsCsvButton name="Gaps" columns={['producerId', 'from', 'to', 'events', 'noticedAt', 'after', 'before']} rows={() => gaps.map(toGapRow)} />}>
          <DataTable caption="Gaps" columns={toGapColumns(dates.value.instant)} rows={gaps} rowKey={({ producer, gap }) => `${producer.producerId} ${gap.from}`} empty="There are no gaps." limit={20} />
        </Card>
      </div>
    </>
  )
}

/** What a producer's row of a file holds, in the API's names. */
const BOOKS = ['producerId', 'service', 'instance', 'serviceVersion', 'sdk', 'framework', 'environment', 'state', 'captured', 'stored', 'shed', 'dropped', 'rejected', 'lost', 'pending', 'spoolBytes'] as const

function toBooks(producer: Producer) {
  return BOOKS.map((field) => producer[field])
}

function toGapRow({ producer: { producerId }, gap: { from, to, events, noticedAt, after, before } }: ProducerGap) {
  return [producerId, from, to, events, toInstant(noticedAt), after === null ? null : toInstant(after), toInstant(before)]
}

function toInstant(at: number): string {
  return new Date(at).toISOString()
}

const SHOWN_ID_DIGITS = 8

function nameProducer({ service, instance, producerId }: Producer): string {
  return [service, instance].filter((part) => part !== null).join(' · ') || producerId.slice(0, SHOWN_ID_DIGITS)
}

function toProducerColumns(now: number): readonly Column<Producer>[] {
  const count = (id: 'captured' | 'stored' | 'shed' | 'dropped' | 'lost' | 'pending', title: string): Column<Producer> => ({
    id,
    title,
    cell: (producer) => <span class={producer[id] === 0 ? 'quiet' : undefined}>{formatCount(producer[id])}</span>,
  })
  return [
    {
      id: 'producer',
      title: 'Producer',
      cell: (producer) => (
        <>
          <bdi title={producer.producerId}>{nameProducer(producer)}</bdi>
          <span class="tag">{producer.state}</span>
        </>
      ),
    },
    { id: 'version', title: 'Version', cell: ({ serviceVersion }) => <bdi>{serviceVersion ?? '–'}</bdi> },
    { id: 'sdk', title: 'SDK', cell: ({ sdk }) => <bdi>{sdk.replace('@wayside/', '')}</bdi> },
    count('captured', 'Captured'),
    count('stored', 'Stored'),
    count('shed', 'Shed'),
    count('dropped', 'Dropped'),
    count('lost', 'Lost'),
    count('pending', 'Pending'),
    { id: 'lag', title: 'Waits since', cell: ({ pendingSince }) => (pendingSince === null ? '–' : formatAge(now - pendingSince)) },
    { id: 'spool', title: 'On disk', cell: ({ spoolBytes }) => formatBytes(spoolBytes) },
    { id: 'seen', title: 'Last heard of', cell: ({ lastSeenAt }) => <span class="quiet">{formatSeen(lastSeenAt, now)}</span> },
  ]
}

interface Reason {
  readonly reason: DropReason
  readonly events: number
}

const REASON_WORDS: Readonly<Record<DropReason, string>> = {
  queue_overflow: 'The queue was full',
  spool_overflow: 'The spool was full',
  spool_corrupt: 'The spool was damaged',
  expired: 'Too old to be sent',
  too_large: 'Too large',
  rejected: 'Refused by the server',
  auth: 'The key was not taken',
  serialize_error: 'Could not be written',
  shutdown_timeout: 'The app ended before they were sent',
  internal_error: 'A fault of the SDK',
}

const REASONS: readonly Column<Reason>[] = [
  { id: 'reason', title: 'Reason', cell: ({ reason }) => REASON_WORDS[reason] ?? reason },
  { id: 'events', title: 'Events', cell: ({ events }) => formatCount(events) },
]

function toReasons(byReason: Readonly<Partial<Record<DropReason, number>>>): readonly Reason[] {
  // A server newer than the page may know more of them.
  return Object.entries(byReason)
    .flatMap(([reason, events]) => (isReason(reason) && events > 0 ? [{ reason, events }] : []))
    .toSorted((a, b) => b.events - a.events)
}

function isReason(reason: string): reason is DropReason {
  return reason in REASON_WORDS
}

interface ProducerGap {
  readonly producer: Producer
  readonly gap: LossGap
}

function toGapColumns(formatInstant: (at: number) => string): readonly Column<ProducerGap>[] {
  return [
    { id: 'producer', title: 'Producer', cell: ({ producer }) => <bdi>{nameProducer(producer)}</bdi> },
    { id: 'events', title: 'Events', cell: ({ gap }) => formatCount(gap.events) },
    { id: 'before', title: 'Captured before', cell: ({ gap }) => formatInstant(gap.before) },
  ]
}
