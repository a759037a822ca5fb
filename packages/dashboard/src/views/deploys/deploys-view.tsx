import { toOnlyRow, toRows, type Row } from '../../api/rows.ts'
import { formatShortCount } from '../../format/number.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import type { Column } from '../../widgets/data-table.tsx'
import { countColumn, durationColumn, ERROR_RATE, pickColumn, seenColumn } from '../cards/columns.tsx'
import { SeriesCard } from '../cards/series-card.tsx'
import { TableCard } from '../cards/table-card.tsx'
import { QuietCard } from '../frame/quiet-card.tsx'
import { ViewLink } from '../frame/view-link.tsx'
import { toDeploys } from '../overview/to-deploys.ts'
import { toStatusLayers } from '../status-layers.ts'
import type { ViewProps } from '../view-props.ts'
import { AroundView } from './around-view.tsx'

/** Versions of the services and when they came, or one of them with what it changed. */
export function DeploysView(props: ViewProps) {
  return props.question.queries['slow'] === undefined ? <Versions {...props} /> : <AroundView {...props} />
}

function Versions(props: ViewProps) {
  const { dates, now } = useDashboard()
  const { answers } = props.answer
  const total = toOnlyRow(answers['totals'])
  const deploys = toDeploys(answers['courses'])
  const columns: readonly Column<Row>[] = [
    pickColumn('serviceVersion'),
    {
      id: 'came',
      title: 'Came',
      cell: ({ keys: [version] }) => {
        const deploy = deploys.find(({ name }) => name === version)
        return deploy === undefined ? (
          <span class="quiet">was there before</span>
        ) : (
          <ViewLink name="deploys" changes={{ deploy: deploy.name, at: String(deploy.time) }}>
            {dates.value.day(deploy.time)}, {dates.value.time(deploy.time)}: compare
          </ViewLink>
        )
      },
    },
    countColumn('requests', 'Requests'),
    ERROR_RATE,
    durationColumn('p50', 'p50'),
    durationColumn('p95', 'p95'),
    seenColumn(now.peek()),
  ]
  if (total.of('requests') === 0) return <QuietCard page={props.page} />
  return (
    <>
      <SeriesCard
        of={props}
        name="series"
        title="Requests"
        layers={toStatusLayers(answers['series'] === undefined ? [] : toRows(answers['series']), total)}
        kind="bars"
        format={formatShortCount}
        total={total.of('requests')}
        before={total.before('requests')}
        marks={deploys}
      />
      <TableCard of={props} name="versions" title="Versions" columns={columns} empty="No version was told: set `serviceVersion` in the SDK." limit={50} />
    </>
  )
}
