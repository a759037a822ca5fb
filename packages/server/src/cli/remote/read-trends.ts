import type { Client, Dimension, Filter, Query, QueryAnswer, QueryDimension, QueryRow, TagDimension, TimeGrain } from '@wayside/client'
import type { Trend } from '../table/answer-table.ts'

const MAX_POINTS = 61
const MINUTE_MS = 60_000
const GRAINS: readonly (readonly [grain: TimeGrain, lengthMs: number])[] = [
  ['minute', MINUTE_MS],
  ['quarterHour', 15 * MINUTE_MS],
  ['hour', 60 * MINUTE_MS],
  ['day', 24 * 60 * MINUTE_MS],
  ['week', 7 * 24 * 60 * MINUTE_MS],
]

/** How many rows may have trends: their values stand in one filter. */
export const MAX_TRENDS = 500

/** How the first metric of each row of an answer went over its range, in some dozens of intervals. */
export async function readTrends(client: Client, query: Query, answer: QueryAnswer, signal?: AbortSignal): Promise<readonly Trend[]> {
  const { meta, rows } = answer
  const [metric] = query.metrics
  const dimensions = query.dimensions ?? []
  if (metric === undefined || rows.length === 0) return []
  const time = `time:${grainOf(meta.to - meta.from)}` as const
  const about = { range: { from: meta.from, to: meta.to }, timeZone: meta.timeZone, metrics: [metric] }
  const call = signal === undefined ? {} : { signal }
  const filter = narrow(query.filter, dimensions, rows)

  const { rows: intervals } = await client.query({ ...about, dimensions: [time] }, call)
  const places = new Map(intervals.map(([start], at) => [start, at]))
  const trends = new Map<string, (number | null)[]>(rows.map((row) => [nameOf(row.slice(0, dimensions.length)), intervals.map(() => null)]))
  const pages = client.pages({ ...about, dimensions: [...dimensions, time], limit: MAX_ROWS, ...(filter !== undefined && { filter }), ...(query.apdexMs !== undefined && { apdexMs: query.apdexMs }) }, call)
  for await (const page of pages) {
    for (const row of page.rows) {
      const place = places.get(row[dimensions.length] ?? null)
      const value = row[dimensions.length + 1]
      const trend = trends.get(nameOf(row.slice(0, dimensions.length)))
      if (trend !== undefined && place !== undefined && typeof value === 'number') trend[place] = value
    }
  }
  return rows.map((row) => trends.get(nameOf(row.slice(0, dimensions.length))) ?? [])
}

const MAX_ROWS = 10_000

function nameOf(key: QueryRow): string {
  return JSON.stringify(key)
}

/** The shortest interval of which the range has not too many. */
function grainOf(lengthMs: number): TimeGrain {
  return GRAINS.find(([, each]) => lengthMs / each <= MAX_POINTS)?.[0] ?? 'month'
}

/** Of a dimension with very many values those in the answer are enough. */
function narrow(filter: Filter | undefined, dimensions: readonly QueryDimension[], rows: readonly QueryRow[]): Filter | undefined {
  const parts = dimensions.filter(isGroup).map((dimension, at): Filter => ['is', dimension, [...new Set(rows.map((row) => row[at] ?? null))]])
  const all = filter === undefined ? parts : [filter, ...parts]
  const [first, ...others] = all
  return others.length === 0 ? first : ['and', all]
}

function isGroup(dimension: QueryDimension): dimension is Dimension | TagDimension {
  return !dimension.startsWith('time:')
}
