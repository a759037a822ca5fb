import type { ConsumerKind, ConsumerRow, Overview, ShareRow } from '@wayside/protocol'
import type { ComponentChildren } from 'preact'
import { toCountryName } from '../format/country.ts'
import { formatAge } from '../format/duration.ts'
import { formatCount, formatShare } from '../format/number.ts'
import { DataTable, type Column } from '../widgets/data-table.tsx'
import { ErrorShare } from '../widgets/error-share.tsx'

/** The consumers with the most requests, and what each is known by. */
export function ConsumersCard({ overview, now }: { readonly overview: Overview; readonly now: number }) {
  const { consumers } = overview
  const most = Math.max(1, ...consumers.map((row) => row.requests))
  const columns: readonly Column<ConsumerRow>[] = [
    { id: 'consumer', title: 'Consumer', cell: (row) => <Consumer {...row} /> },
    { id: 'requests', title: 'Requests', cell: (row) => formatCount(row.requests) },
    { id: 'errors', title: 'Errors', cell: (row) => <ErrorShare share={row.errors / row.requests} requests={row.requests} /> },
    { id: 'seen', title: 'Last seen', cell: (row) => <span class="quiet">{toSeen(now - row.lastSeenAt)}</span> },
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

/** Where requests come from. */
export function CountriesCard({ overview }: { readonly overview: Overview }) {
  return (
    <ShareCard
      title="Countries"
      singular="Country"
      rows={overview.countries}
      overview={overview}
      name={(value) => (value === null ? <em class="quiet">unknown</em> : <bdi>{toCountryName(value)}</bdi>)}
    />
  )
}

/** The programs that send the requests. */
export function ClientsCard({ overview }: { readonly overview: Overview }) {
  return (
    <ShareCard
      title="Clients"
      singular="Client"
      rows={overview.clients}
      overview={overview}
      name={(value) => (value === null ? <em class="quiet">unknown</em> : <bdi>{value}</bdi>)}
    />
  )
}

interface ShareCardProps {
  readonly title: string
  readonly singular: string
  readonly rows: readonly ShareRow[]
  readonly overview: Overview
  readonly name: (value: string | null) => ComponentChildren
}

function ShareCard({ title, singular, rows, overview: { totals }, name }: ShareCardProps) {
  const most = Math.max(1, ...rows.map((row) => row.requests))
  const columns: readonly Column<ShareRow>[] = [
    { id: 'value', title: singular, cell: (row) => name(row.value) },
    { id: 'requests', title: 'Requests', cell: (row) => formatCount(row.requests) },
    { id: 'share', title: 'Share', cell: (row) => formatShare(row.requests / Math.max(1, totals.requests)) },
  ]
  return (
    <Card title={title}>
      <DataTable
        caption={`${title}, most requests first`}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.value ?? ''}
        share={(row) => row.requests / most}
        empty={`No ${title.toLowerCase()}.`}
        limit={8}
      />
    </Card>
  )
}

function Card({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="card">
      <div class="card__head">
        <h2>{title}</h2>
      </div>
      {children}
    </section>
  )
}

/** Kept to the minute or coarser: seconds would be made up. */
function toSeen(ageMs: number): string {
  return ageMs < 120_000 ? 'just now' : formatAge(ageMs)
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
  const label = KIND_WORDS[kind] ?? null
  if (consumer === null) return <em class="quiet">unknown</em>
  return (
    <>
      <bdi title={consumer}>{kind === 'api_key' ? `${consumer.slice(0, SHOWN_HASH_DIGITS)}…` : consumer}</bdi>
      {label !== null && <span class="tag">{label}</span>}
    </>
  )
}
