import { toRows } from '../../api/rows.ts'
import { toCountryName } from '../../format/country.ts'
import { formatCount } from '../../format/number.ts'
import { toggleChip } from '../../state/chip.ts'
import { toChipParams } from '../../state/scope.ts'
import { useDashboard } from '../../state/use-dashboard.ts'
import { TableCard, type TableCardProps } from '../cards/table-card.tsx'
import { onDemand } from '../on-demand.tsx'

const WorldMap = onDemand(
  async () => (await import('../../widgets/world-map.tsx')).WorldMap,
  () => (
    <div class="map" aria-busy="true">
      <p class="heat__told" />
      <div class="map__stop">
        <div class="map__world" />
      </div>
    </div>
  ),
)

/** Countries on a map, with their table below it. */
export function CountryCard(props: TableCardProps) {
  const { address, page } = useDashboard()
  const answer = props.of.answer.answers[props.name]
  const rows = answer === undefined ? [] : toRows(answer)
  const values = new Map(rows.flatMap((row) => (typeof row.keys[0] === 'string' ? [[row.keys[0], row.of('requests') ?? 0] as const] : [])))
  const pick = (value: string, isExcluded: boolean) => address.set(toChipParams(toggleChip(page.peek().scope.chips, { kind: 'value', dimension: 'country', isExcluded, value })))
  return (
    <TableCard {...props}>
      {values.size > 0 && <WorldMap.Body label="Requests by country" values={values} tell={(code, requests) => `${toCountryName(code)}, ${formatCount(requests)} requests`} onPick={pick} />}
    </TableCard>
  )
}
