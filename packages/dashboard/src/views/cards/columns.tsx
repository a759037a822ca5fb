import type { Dimension, Metric } from '@wayside/protocol'
import type { Row } from '../../api/rows.ts'
import { formatBytes } from '../../format/bytes.ts'
import { formatAge, formatDuration } from '../../format/duration.ts'
import { formatCount, formatShare } from '../../format/number.ts'
import type { Column } from '../../widgets/data-table.tsx'
import { nameDimension } from '../dimension-words.ts'
import { EndpointName } from './endpoint-name.tsx'
import { Pick } from './pick.tsx'

/** Columns that several tables share. Ids of figures are their metrics, by which tables are sorted. */
export function countColumn(id: Metric, title: string): Column<Row> {
  return { id, title, isSortable: true, cell: (row) => formatCount(row.of(id) ?? 0) }
}

export function durationColumn(id: Metric, title: string): Column<Row> {
  return { id, title, isSortable: true, cell: (row) => formatDuration(row.of(id)) }
}

export function bytesColumn(id: Metric, title: string): Column<Row> {
  return { id, title, isSortable: true, cell: (row) => formatBytes(row.of(id) ?? 0) }
}

export function shareColumn(id: Metric, title: string): Column<Row> {
  return { id, title, isSortable: true, cell: (row) => formatShare(row.of(id)) }
}

/** How long ago something was seen last. @param now - milliseconds since 1970 */
export function seenColumn(now: number): Column<Row> {
  return { id: 'lastSeenAt', title: 'Last seen', isSortable: true, cell: (row) => <span class="quiet">{formatSeen(row.of('lastSeenAt'), now)}</span> }
}

/** To the minute or coarser: seconds would be made up. */
export function formatSeen(at: number | null, now: number): string {
  if (at === null) return '–'
  return now - at < 120_000 ? 'just now' : formatAge(now - at)
}

export const ERROR_RATE: Column<Row> = { id: 'errorRate', title: 'Errors', isSortable: true, cell: (row) => <ErrorShare row={row} /> }

/** The value of the first dimension, which filters when it is clicked. */
export function pickColumn(dimension: Dimension): Column<Row> {
  return {
    id: dimension,
    title: nameDimension(dimension),
    cell: ({ keys: [value = null] }) => (
      <Pick dimension={dimension} value={value}>
        {dimension === 'endpoint' ? <EndpointName endpoint={value} /> : undefined}
      </Pick>
    ),
  }
}

/** From this share of server errors on the figure itself stands out, 0 to 1. */
const NOTABLE_SERVER_ERRORS = 0.01

/** A share of failed requests. None is quiet; server errors carry a sign beside the colour. */
function ErrorShare({ row }: { readonly row: Row }) {
  const share = row.of('errorRate')
  const serverErrors = row.of('serverErrors') ?? 0
  if (serverErrors === 0) return <span class={share === 0 ? 'quiet' : undefined}>{formatShare(share)}</span>
  const isNotable = serverErrors / Math.max(1, row.of('requests') ?? 0) >= NOTABLE_SERVER_ERRORS
  const title = `${formatCount(serverErrors)} server ${serverErrors === 1 ? 'error' : 'errors'} (5xx)`
  return (
    <span class={isNotable ? 'error-share error-share--notable' : 'error-share'} title={title}>
      <span aria-hidden="true">▲ </span>
      {formatShare(share)}
      <span class="visually-hidden">, {title}</span>
    </span>
  )
}
