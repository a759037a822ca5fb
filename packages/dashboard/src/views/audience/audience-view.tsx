import type { Dimension } from '@wayside/protocol'
import { toOnlyRow, type Row } from '../../api/rows.ts'
import { formatShare } from '../../format/number.ts'
import type { Column } from '../../widgets/data-table.tsx'
import { countColumn, ERROR_RATE, pickColumn } from '../cards/columns.tsx'
import { Pick } from '../cards/pick.tsx'
import { TableCard } from '../cards/table-card.tsx'
import { QuietCard } from '../frame/quiet-card.tsx'
import type { ViewProps } from '../view-props.ts'
import { AUDIENCE } from './ask-audience.ts'
import { CountryCard } from './country-card.tsx'
import { WeekCard } from './week-card.tsx'

const TITLES: Readonly<Record<(typeof AUDIENCE)[number], string>> = {
  country: 'Countries',
  client: 'Clients and their versions',
  os: 'Operating systems',
  device: 'Devices',
  bot: 'Bots',
  apiVersion: 'API versions',
  host: 'Hosts',
  environment: 'Environments',
  service: 'Services',
  serviceVersion: 'Service versions',
  instance: 'Instances',
  framework: 'Frameworks',
}

/** Where requests come from, with what, when in the week, and what answers them. */
export function AudienceView(props: ViewProps) {
  const requests = toOnlyRow(props.answer.answers['totals']).of('requests')
  if (requests === 0) return <QuietCard page={props.page} />
  const about = (dimension: (typeof AUDIENCE)[number]) => ({ of: props, name: dimension, title: TITLES[dimension], columns: toColumns(dimension, requests ?? 0), empty: 'Nothing is known.', limit: 8 })
  return (
    <>
      <CountryCard {...about('country')} />
      <WeekCard {...props} />
      <div class="view__row view__row--even">
        {AUDIENCE.filter((dimension) => dimension !== 'country').map((dimension) => (
          <TableCard key={dimension} {...about(dimension)} />
        ))}
      </div>
    </>
  )
}

function toColumns(dimension: Dimension, requests: number): readonly Column<Row>[] {
  const version: Column<Row> = { id: 'version', title: 'Version', cell: ({ keys: [, value = null] }) => <Pick dimension="clientVersion" value={value} /> }
  return [
    pickColumn(dimension),
    ...(dimension === 'client' ? [version] : []),
    countColumn('requests', 'Requests'),
    { id: 'share', title: 'Share', cell: (row) => formatShare((row.of('requests') ?? 0) / Math.max(1, requests)) },
    ...(dimension === 'client' ? [] : [ERROR_RATE]),
  ]
}
