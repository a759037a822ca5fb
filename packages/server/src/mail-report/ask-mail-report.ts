import type { MailFrequency, Query, QueryAnswer } from '@wayside/protocol'
import { readQuery } from '../query/read-query.ts'
import type { Span } from '../query/resolve-range.ts'
import type { Project } from '../registry/registry.ts'
import type { QueryEngine } from '../store/store-query.ts'
import { INTERVALS } from './frequency.ts'

/** What a report tells, beside the period of the same length before. It names no consumer: an e-mail cannot be taken back. */
export interface MailReportAnswers {
  readonly totals: QueryAnswer
  readonly series: QueryAnswer
  readonly endpoints: QueryAnswer
  readonly failing: QueryAnswer
}

const ROWS = 10

const toQueries = (frequency: MailFrequency): Readonly<Record<keyof MailReportAnswers, Query>> => ({
  totals: { metrics: ['requests', 'errors', 'errorRate', 'p50', 'p95', 'consumers', 'newConsumers'], compare: 'previous' },
  series: { metrics: ['requests', 'errors', 'p95'], dimensions: [`time:${INTERVALS[frequency]}`] },
  endpoints: { metrics: ['requests', 'errorRate', 'p95'], dimensions: ['endpoint'], limit: ROWS, compare: 'previous' },
  failing: { metrics: ['errors', 'requests', 'errorRate'], dimensions: ['endpoint'], having: ['gt', 'errors', 0], limit: ROWS, compare: 'previous' },
})

export interface MailReportQuestion {
  readonly engine: QueryEngine
  readonly project: Pick<Project, 'id' | 'timeZone'>
  readonly frequency: MailFrequency
  readonly period: Span
  /** Milliseconds since 1970. */
  readonly now: number
  readonly completeUntil: number
}

/** Asks for all that a report tells, one after the other: nobody waits for it. */
export async function askMailReport({ frequency, period, ...asking }: MailReportQuestion): Promise<MailReportAnswers> {
  const queries = toQueries(frequency)
  const ask = (name: keyof MailReportAnswers) => readQuery({ ...asking, query: { ...queries[name], range: { from: period.from, to: period.to } } })
  return { totals: await ask('totals'), series: await ask('series'), endpoints: await ask('endpoints'), failing: await ask('failing') }
}
