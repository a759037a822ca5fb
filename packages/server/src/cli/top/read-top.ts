import type { Client, Filter, Metric, Query, QueryAnswer } from '@wayside/client'
import { readTrends } from '../remote/read-trends.ts'
import type { Trend } from '../table/answer-table.ts'

/** What a live view shows. */
export interface TopView {
  /** A dimension, such as `endpoint`. */
  readonly by: string
  /** The metric that rows are ordered by, and whose trend they show. */
  readonly sort: string
  readonly range: string
  readonly filter: Filter | null
  readonly limit: number
}

export interface TopAnswer {
  readonly answer: QueryAnswer
  readonly trends: readonly Trend[]
}

const METRICS: readonly Metric[] = ['requests', 'errors', 'errorRate', 'p95']

/** The first rows by the metric that they are ordered by, with how it went. */
export async function readTop(client: Client, { by, sort, range, filter, limit }: TopView, signal?: AbortSignal): Promise<TopAnswer> {
  const query = {
    metrics: [sort, ...METRICS.filter((metric) => metric !== sort)],
    dimensions: [by],
    orderBy: [[sort, 'desc']],
    range,
    limit,
    totals: true,
    ...(filter !== null && { filter }),
    // Boundary: words are held against the server's schema, which says what was probably meant.
  } as Query
  const answer = await client.query(query, signal === undefined ? {} : { signal })
  return { answer, trends: await readTrends(client, query, answer, signal) }
}
