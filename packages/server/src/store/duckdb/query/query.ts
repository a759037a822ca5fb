import { TooMuch, type StoreAnswer, type StoreQuery } from '../../store-query.ts'
import type { DayFile } from '../day-files.ts'
import type { DaysFolder } from '../days-folder.ts'
import type { Ask } from '../live-database.ts'
import { toQuestionSql } from './question-sql.ts'
import { readRow } from './read-row.ts'
import { EVENTS, SHED_COUNTS, type Source } from './source-sql.ts'

/** Rows of one answer: each is held in memory until it was turned into what was asked for. */
const MAX_ROWS = 100_000

export async function query(ask: Ask, question: StoreQuery, toSource: DaysFolder['toSource']): Promise<StoreAnswer> {
  const limit = Math.min(question.limit ?? Infinity, MAX_ROWS + 1)
  let rowsRead = 0
  const rows = await ask((dayFiles) => {
    const files = dayFiles.filter(({ projects }) => projects.includes(question.projectId))
    const met = files.filter(({ firstTime, lastTime }) => lastTime >= question.from && firstTime < question.to)
    rowsRead = met.reduce((sum, { events }) => sum + events, 0)
    return toQuestionSql(question, toSources(question, met, toSource), (project) => toFirsts(project, files, toSource), limit)
  }, question.signal)
  if (rows.length > MAX_ROWS) throw new TooMuch(`the answer has more than ${MAX_ROWS} groups: ask for fewer dimensions, a shorter range or longer intervals, or filter`)
  const read = rows.map((row) => readRow(row, question))
  return { rows: read.map(({ row }) => row), source: 'raw', rowsRead, shed: read.reduce((sum, { shed }) => sum + shed, 0) }
}

function toSources({ from, to }: StoreQuery, files: readonly DayFile[], toSource: DaysFolder['toSource']): readonly Source[] {
  const tables = files.length === 0 ? ['events'] : ['events', toSource(files)]
  return [...tables.map((table) => ({ kind: EVENTS, table, from, to })), { kind: SHED_COUNTS, table: SHED_ROWS, from, to }]
}

const SHED_ROWS = `(
  SELECT project_id, minute * 60000 AS "time", last_minute, method, route, status, requests, aborted, request_bytes, response_bytes, NULL AS bucket, 0 AS hits FROM shed
  UNION ALL
  SELECT project_id, minute * 60000, last_minute, method, route, status, 0, 0, 0, 0, unnest(buckets), unnest(counts) FROM shed)`

function toFirsts(project: string, files: readonly DayFile[], toSource: DaysFolder['toSource']): string {
  const tables = files.length === 0 ? ['events'] : ['events', toSource(files)]
  return tables.map((table) => `SELECT "consumerKind" AS kind, consumer, "time" FROM ${table} WHERE "projectId" = ${project}`).join(' UNION ALL ')
}
