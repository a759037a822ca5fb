import type { QuerySource } from '@wayside/protocol'
import { TooMuch, type StoreAnswer, type StoreQuery } from '../../store-query.ts'
import type { DaysFolder } from '../days-folder.ts'
import type { Ask } from '../live-database.ts'
import type { PresentFile } from '../session.ts'
import { toQuestionSql } from './question-sql.ts'
import { readAbout, readRow } from './read-row.ts'
import { toSources } from './to-sources.ts'

/** Rows of one answer: each is held in memory until it was turned into what was asked for. */
const MAX_ROWS = 100_000

type Folder = Pick<DaysFolder, 'toSource'>

/**
 * Answers from the cells of days, and from single events where a range cuts through them or they do not tell.
 * @param partEvents - how many events of files one statement should read
 */
export async function query(ask: Ask, question: StoreQuery, folder: Folder, partEvents: number): Promise<StoreAnswer> {
  const limit = Math.min(question.limit ?? Infinity, MAX_ROWS + 1)
  let rowsRead = 0
  let from: QuerySource | null = null
  const rows = await ask((dayFiles) => {
    const files = dayFiles.filter(({ projects }) => projects.includes(question.projectId))
    const sums = toSources(question, 'sums', files, folder, partEvents)
    const callers = question.measures.has('consumers') || question.measures.has('newConsumers') ? toSources(question, 'callers', files, folder, partEvents) : null
    rowsRead = sums.rows + (callers?.rows ?? 0)
    from = callers === null || callers.from === sums.from ? sums.from : 'mixed'
    return { ...toQuestionSql(question, sums.sources, callers?.sources ?? [], (project) => toFirsts(project, files, folder), limit), rows: rowsRead }
  }, question)
  if (rows.length > MAX_ROWS) throw new TooMuch(`the answer has more than ${MAX_ROWS} groups: ask for fewer dimensions, a shorter range or longer intervals, or filter`)
  const { recent, shed } = readAbout(rows[0] ?? [0, 0])
  return {
    rows: rows.flatMap((row) => readRow(row, question) ?? []),
    source: recent === 0 ? (from ?? 'raw') : from === 'rollup' ? 'mixed' : 'raw',
    rowsRead: rowsRead + recent,
    shed,
  }
}

/** The first requests that are known, those of events that came since, and those of files that are still to be gone through. */
function toFirsts(project: string, files: readonly PresentFile[], folder: Folder): string {
  const unread = files.filter(({ hasFirstSeen }) => !hasFirstSeen)
  const tables = unread.length === 0 ? ['events'] : ['events', folder.toSource(unread)]
  const selects = tables.map((table) => `SELECT "consumerKind" AS kind, consumer, "time" FROM ${table} WHERE "projectId" = ${project}`)
  return [`SELECT kind, consumer, "time" FROM first_seen WHERE project_id = ${project}`, ...selects].join(' UNION ALL ')
}
