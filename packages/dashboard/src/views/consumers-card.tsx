import { useComputed, type ReadonlySignal } from '@preact/signals'
import type { ConsumerKind, ConsumerRow, Overview } from '@wayside/protocol'
import { formatAge } from '../format/duration.ts'
import { formatCount } from '../format/number.ts'
import { Card } from '../widgets/card.tsx'
import { DataTable, type Column } from '../widgets/data-table.tsx'
import { ErrorShare } from '../widgets/error-share.tsx'

export interface ConsumersCardProps {
  readonly overview: Overview
  /** Milliseconds since 1970, as time passes. */
  readonly now: ReadonlySignal<number>
}

const AGE_STEP_MS = 15_000

/** The consumers with the most requests, and what each is known by. */
export function ConsumersCard({ overview: { consumers }, now }: ConsumersCardProps) {
  // Ages are in minutes: drawing them anew each second would be for nothing.
  const at = useComputed(() => Math.floor(now.value / AGE_STEP_MS) * AGE_STEP_MS).value
  const most = Math.max(1, ...consumers.map((row) => row.requests))
  const columns: readonly Column<ConsumerRow>[] = [
    { id: 'consumer', title: 'Consumer', cell: (row) => <Consumer {...row} /> },
    { id: 'requests', title: 'Requests', cell: (row) => formatCount(row.requests) },
    {
      id: 'errors',
      title: 'Errors',
      cell: (row) => <ErrorShare share={row.errors / row.requests} requests={row.requests} />,
    },
    { id: 'seen', title: 'Last seen', cell: (row) => <span class="quiet">{toSeen(at - row.lastSeenAt)}</span> },
  ]
  return (
    <Card title="Consumers">
      <DataTable
        caption="Consumers, most requests first"
        columns={columns}
        rows={consumers}
        rowKey={(row) => `${row.kind} ${row.consumer ?? ''}`}
        share={(row) => row.requests / most}
        empty="No consumers."
        limit={8}
      />
    </Card>
  )
}

const KIND_WORDS: Readonly<Record<ConsumerKind, string | null>> = {
  user: null,
  api_key: 'API key',
  oauth_client: 'OAuth',
  ip: 'IP',
  unknown: null,
}

/** Hexadecimal digits of an API key's hash that tell one from another. */
const SHOWN_HASH_DIGITS = 10

function Consumer({ kind, consumer }: ConsumerRow) {
  if (consumer === null) return <em class="quiet">unknown</em>
  // A server newer than the page may know more kinds.
  const label = KIND_WORDS[kind] ?? null
  return (
    <>
      <bdi title={consumer}>{kind === 'api_key' ? `${consumer.slice(0, SHOWN_HASH_DIGITS)}…` : consumer}</bdi>
      {label !== null && <span class="tag">{label}</span>}
    </>
  )
}

/** Kept to the minute or coarser: seconds would be made up. */
function toSeen(ageMs: number): string {
  return ageMs < 120_000 ? 'just now' : formatAge(ageMs)
}
