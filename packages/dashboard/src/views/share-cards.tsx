import type { Overview, ShareRow } from '@wayside/protocol'
import type { ComponentChildren } from 'preact'
import { toCountryName } from '../format/country.ts'
import { formatCount, formatShare } from '../format/number.ts'
import { Card } from '../widgets/card.tsx'
import { DataTable, type Column } from '../widgets/data-table.tsx'

/** Where requests come from. */
export function CountriesCard({ overview: { countries, totals } }: { readonly overview: Overview }) {
  const { requests } = totals
  return <ShareCard title="Countries" singular="Country" rows={countries} requests={requests} name={toCountryName} />
}

/** The programs that send the requests. */
export function ClientsCard({ overview: { clients, totals } }: { readonly overview: Overview }) {
  const { requests } = totals
  return <ShareCard title="Clients" singular="Client" rows={clients} requests={requests} name={(value) => value} />
}

interface ShareCardProps {
  readonly title: string
  readonly singular: string
  readonly rows: readonly ShareRow[]
  /** All requests, of which a row has its share. */
  readonly requests: number
  readonly name: (value: string) => ComponentChildren
}

function ShareCard({ title, singular, rows, requests, name }: ShareCardProps) {
  const most = Math.max(1, ...rows.map((row) => row.requests))
  const columns: readonly Column<ShareRow>[] = [
    {
      id: 'value',
      title: singular,
      cell: ({ value }) => (value === null ? <em class="quiet">unknown</em> : <bdi>{name(value)}</bdi>),
    },
    { id: 'requests', title: 'Requests', cell: (row) => formatCount(row.requests) },
    { id: 'share', title: 'Share', cell: (row) => formatShare(row.requests / Math.max(1, requests)) },
  ]
  return (
    <Card title={title}>
      <DataTable
        caption={`${title}, most requests first`}
        columns={columns}
        rows={rows}
        rowKey={({ value }) => (value === null ? 'unknown' : `is ${value}`)}
        share={(row) => row.requests / most}
        empty={`No ${title.toLowerCase()}.`}
        limit={8}
      />
    </Card>
  )
}
