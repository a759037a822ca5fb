import { toOnlyRow, toRows } from '../../api/rows.ts'
import { toChange } from '../../format/change.ts'
import { formatCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { Card } from '../../widgets/card.tsx'
import { DataTable, type Column } from '../../widgets/data-table.tsx'
import { FigureList } from '../../widgets/figure-list.tsx'
import { Segmented } from '../../widgets/segmented.tsx'
import { EndpointName } from '../cards/endpoint-name.tsx'
import { Pick } from '../cards/pick.tsx'
import { RowsCsvButton } from '../cards/rows-csv-button.tsx'
import { nameDimension } from '../dimension-words.ts'
import { toRangePhrase, toRangeWords } from '../range-words.ts'
import type { ViewProps } from '../view-props.ts'
import { CHANGING } from './ask-changes.ts'
import { toContributions, type Contribution } from './to-contributions.ts'

const METRICS = [
  { value: 'requests', text: 'Requests' },
  { value: 'errors', text: 'Errors' },
] as const

/** For a jump: which endpoints, consumers, countries and the like it is made of. */
export function ChangesView({ page, answer }: ViewProps) {
  const { address } = useDashboard()
  const metric = address.place.value.params.get('of') === 'errors' ? 'errors' : 'requests'
  const total = toOnlyRow(answer.answers['totals'])
  const rows = CHANGING.flatMap((dimension) => {
    const table = answer.answers[dimension]
    return table === undefined ? [] : [[dimension, toRows(table)] as const]
  })
  const contributions = toContributions({ metric, total, rows })
  const most = Math.max(1, ...contributions.map(({ surprise }) => Math.abs(surprise)))
  const { direction, text } = toChange(total.of(metric), total.before(metric))
  return (
    <>
      <FigureList
        items={[
          { label: `Now, ${toRangePhrase(page.scope)}`, value: formatCount(total.of(metric) ?? 0) },
          { label: `Before, ${toRangeWords(page.scope).before}`, value: formatCount(total.before(metric) ?? 0) },
          { label: 'Change', value: direction === 'down' ? `↓ ${text}` : direction === 'up' ? `↑ ${text}` : text },
        ]}
      />
      <Card
        title="What it is made of"
        actions={
          <div class="card__actions">
            <Segmented label="Of" options={METRICS} value={metric} onChoose={(value) => address.set({ of: value === 'requests' ? null : value }, 'replace')} />
            <RowsCsvButton name="What it is made of" columns={['dimension', 'value', 'before', 'now', 'change', 'beyond']} rows={() => contributions.map(toCsvRow)} />
          </div>
        }
      >
        <DataTable
          caption="What it is made of"
          columns={COLUMNS}
          rows={contributions}
          rowKey={({ dimension, value }) => `${dimension} ${String(value)}`}
          share={({ surprise }) => Math.abs(surprise) / most}
          empty="Nothing stands out: all values changed alike."
          limit={25}
        />
        <p class="figcaption quiet">
          Beyond: how much more or less than if all had changed alike. Compared are the 200 busiest values of each dimension; a value that has no request any more is not among them.
        </p>
      </Card>
    </>
  )
}

const COLUMNS: readonly Column<Contribution>[] = [
  {
    id: 'value',
    title: 'Value',
    cell: ({ dimension, value }) => (
      <>
        <Pick dimension={dimension} value={value}>
          {dimension === 'endpoint' ? <EndpointName endpoint={value} /> : undefined}
        </Pick>
        <span class="tag">{nameDimension(dimension)}</span>
      </>
    ),
  },
  { id: 'before', title: 'Before', cell: ({ before }) => formatCount(before) },
  { id: 'now', title: 'Now', cell: ({ now }) => formatCount(now) },
  { id: 'change', title: 'Change', cell: ({ change }) => formatSigned(change) },
  { id: 'surprise', title: 'Beyond', cell: ({ surprise }) => formatSigned(Math.round(surprise)) },
]

function toCsvRow({ dimension, value, before, now, change, surprise }: Contribution) {
  return [dimension, value, before, now, change, Math.round(surprise)]
}

function formatSigned(change: number): string {
  return change > 0 ? `+${formatCount(change)}` : change < 0 ? `−${formatCount(-change)}` : '0'
}
