import type { StoreQuery } from '../../store-query.ts'
import type { Gathered, Statement } from '../statement.ts'
import { toIntervalSql } from './intervals-sql.ts'
import { createParameters } from './parameters.ts'
import { MEASURE_COLUMNS, toSourceSql, type MeasureColumn, type Source } from './source-sql.ts'

/** Events of more files than are read in one statement: a question can tell how far it is, and be stopped, after each part. */
export interface PartedSource {
  readonly of: 'sums' | 'callers'
  readonly parts: readonly { readonly source: Source; readonly rows: number }[]
}

/** The temporary table with what a question takes from a parted source. */
export function toGatheredTable({ of }: PartedSource): string {
  return `temp.gathered_${of}`
}

/** Its statements: each adds up what it reads, or keeps who called, so that the table has few rows beside the events. */
export function toGatheredSql(source: PartedSource, question: StoreQuery): Gathered {
  const latency = source.of === 'sums' && question.measures.has('latency')
  const keys = ['i', ...question.groupBy.map((_, at) => `k${at}`)]
  const columns = source.of === 'sums' ? toSumColumns(latency) : CALLER_COLUMNS
  const toStatement = (part: Source, rows: number): Statement => {
    const parameters = createParameters()
    const events = toSourceSql(part, question, toIntervalSql(question, parameters), parameters)
    return { sql: `SELECT ${[...keys, ...columns].join(', ')} FROM (${events}) GROUP BY ALL`, parameters: parameters.values, rows }
  }
  return { table: toGatheredTable(source), parts: source.parts.map((part) => toStatement(part.source, part.rows)) }
}

function toSumColumns(latency: boolean): readonly string[] {
  const sum = (name: MeasureColumn) => `${name === 'longest' || name === 'seen' ? 'max' : 'sum'}(${name}) AS ${name}`
  const measures = MEASURE_COLUMNS.map((name) => (name === 'bucket' ? `${latency ? 'bucket' : 'NULL::BIGINT'} AS bucket` : sum(name)))
  return ['status // 100 * 100 AS status', 'NULL::VARCHAR AS kind', 'NULL::VARCHAR AS consumer', ...measures]
}

const CALLER_COLUMNS = ['NULL::BIGINT AS status', 'kind', 'consumer', ...MEASURE_COLUMNS.map((name) => `0 AS ${name}`)]
