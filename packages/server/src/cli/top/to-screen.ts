import { toTable } from '../table/answer-table.ts'
import { formatValue } from '../../format/format-value.ts'
import type { TopAnswer, TopView } from './read-top.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Rows of a view beside those of its table: a head, two blank ones, the titles, and what keys do. */
export const FRAME_ROWS = 5
const KEYS = 'e endpoints   c consumers   r requests   x errors   p p95   q quit'
const MIN_TREND_WIDTH = 10

/** The lines of a live view, none longer than the terminal is wide. */
export function toScreen({ answer, trends }: TopAnswer, view: TopView, failure: string | null, { columns, rows }: Size): readonly string[] {
  const bare = { ...answer, totals: null, nextCursor: null }
  const width = Math.max(...toTable(bare, { trends: [] }).split('\n').map((line) => line.length))
  const table = toTable(bare, { trends, trendWidth: Math.max(MIN_TREND_WIDTH, columns - width) }).trimEnd().split('\n')
  const lines = [`${toHead(answer, view)}`, '', ...table.slice(0, Math.max(1, rows - FRAME_ROWS + 1)), '', failure ?? KEYS]
  return lines.map((line) => [...line].slice(0, columns).join(''))
}

/** Such as `endpoint, last 1h: 1,204 requests, 1.2 % errors, p95 41.0 ms`. */
function toHead({ columns, totals, meta }: TopAnswer['answer'], { by, range }: TopView): string {
  const metrics = columns.filter(({ kind }) => kind === 'metric')
  const total = (key: string) => {
    const at = metrics.findIndex((column) => column.key === key)
    const column = metrics[at]
    return column === undefined ? '–' : formatValue(totals?.[at] ?? null, column, meta.timeZone)
  }
  return `wayside top by ${by}, ${range}: ${total('requests')} requests, ${total('errorRate')} errors, p95 ${total('p95')}`
}
