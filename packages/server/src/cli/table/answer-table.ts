import type { DimensionValue, QueryAnswer, QueryColumn, QueryRow } from '@wayside/client'
import { formatChange, formatValue } from '../../format/format-value.ts'
import { layOut, type Column } from './layout.ts'
import { bar, sparkline } from './sparkline.ts'

/** How the first metric of a row went over the range. */
export type Trend = readonly (number | null)[]

const BAR_WIDTH = 20

/**
 * An answer as a table for people: values with their units, beside each metric its change where there is a comparison, behind
 * each row its trend, or a bar where the rows are intervals.
 */
export function toTable(answer: QueryAnswer, { trends, trendWidth = Infinity }: { readonly trends?: readonly Trend[]; readonly trendWidth?: number } = {}): string {
  const { columns, rows, totals, comparison, meta } = answer
  const dimensions = columns.filter(({ kind }) => kind === 'dimension').length
  const isSeries = dimensions === 1 && columns[0]?.type === 'instant'
  const most = Math.max(0, ...rows.map((row) => Number(row[dimensions] ?? 0)))

  // The change of an instant says nothing.
  const isCompared = ({ kind, type }: QueryColumn) => comparison !== null && kind === 'metric' && type !== 'instant'
  const cellsOf = (row: QueryRow, compared: QueryRow | null | undefined) =>
    columns.flatMap((column, at) => {
      const cell = formatValue(row[at] ?? null, column, meta.timeZone)
      return isCompared(column) ? [cell, formatChange(row[at], compared?.[at - dimensions] ?? nothingOf(column))] : [cell]
    })
  const drawn = (row: QueryRow, at: number) => {
    if (trends !== undefined) return [sparkline(trends[at] ?? [], trendWidth)]
    return isSeries ? [bar(numberOf(row[dimensions]), most, BAR_WIDTH)] : []
  }

  const head = columns.flatMap((column): Column[] => {
    const own: Column = { title: column.key, align: column.kind === 'dimension' ? 'left' : 'right' }
    return isCompared(column) ? [own, { title: '±', align: 'right' }] : [own]
  })
  const last: readonly Column[] = trends === undefined ? (isSeries ? [{ title: '', align: 'left' }] : []) : [{ title: `${columns[dimensions]?.key ?? ''} over time`, align: 'left' }]
  const body = rows.map((row, at) => [...cellsOf(row, comparison?.rows[at]), ...drawn(row, at)])
  const sums = totals === null ? [] : [cellsOf([...columns.slice(0, dimensions).map((_, at) => (at === 0 ? 'all' : '')), ...totals], comparison?.totals)]
  const lines = layOut([...head, ...last], [...body, ...sums])
  return [...lines, ...notesOf(answer)].map((line) => `${line}\n`).join('')
}

/** What a metric was where there were no requests: a count was 0, and of all else nothing is known. */
function nothingOf({ type, unit }: QueryColumn): number | undefined {
  return type === 'integer' && unit !== 'ms' ? 0 : undefined
}

function numberOf(value: DimensionValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}

/** What a reader of the table must know. */
function notesOf({ rows, nextCursor, meta }: QueryAnswer): readonly string[] {
  const notes = [
    ...(rows.length === 0 ? ['Nothing in this range passes.'] : []),
    ...(nextCursor === null ? [] : ['There is more: ask for more rows with --limit, or for all with --all.']),
    ...meta.warnings,
  ]
  return notes.length === 0 ? [] : ['', ...notes]
}
