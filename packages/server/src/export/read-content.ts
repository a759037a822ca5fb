import type { QueryAnswer } from '@wayside/protocol'
import { flatColumns, flatRows } from '../query/flat-rows.ts'
import { readQuery } from '../query/read-query.ts'
import { toStoreFilter } from '../query/store-filter.ts'
import type { Project } from '../registry/registry.ts'
import type { Store } from '../store/store.ts'
import { TooMuch } from '../store/store-query.ts'
import type { ExportContent } from './export-content.ts'
import type { ExportRow, ExportTable } from './export-table.ts'
import { readRequests } from './read-requests.ts'
import { REQUEST_COLUMNS, toRequestRow } from './request-columns.ts'

export interface ContentToRead {
  readonly store: Pick<Store, 'list' | 'query'>
  readonly project: Pick<Project, 'id' | 'timeZone'>
  readonly content: ExportContent
  /** Milliseconds since 1970. */
  readonly now: number
  readonly signal: AbortSignal
}

/** The rows that a file is made of, read as they are written. Rejects, at once or between pages, as the store does. */
export async function readContent(reading: ContentToRead): Promise<ExportTable> {
  const { content } = reading
  return content.of === 'requests' ? requestsTable(reading, content) : queryTable(reading, content)
}

async function requestsTable({ store, project, signal, now }: ContentToRead, { from, to, filter }: Extract<ExportContent, { of: 'requests' }>): Promise<ExportTable> {
  const where = filter === null ? null : toStoreFilter(filter)
  const events = readRequests({ store, projectId: project.id, from, to, where, signal })
  const counted = from === to ? null : { range: { from, to }, metrics: ['requests'] as const, ...(filter !== null && { filter }) }
  const answer = counted === null ? null : await readQuery({ engine: store, project, query: counted, now, completeUntil: now, signal }).catch(unlessTooMuch)
  return {
    columns: REQUEST_COLUMNS,
    expectedRows: counted === null ? 0 : toCount(answer),
    pages: toPages(events, (event) => toRequestRow(event)),
  }
}

/** What is too much to count can be written all the same. */
function unlessTooMuch(error: unknown): null {
  if (error instanceof TooMuch) return null
  throw error
}

function toCount(answer: QueryAnswer | null): number | null {
  const count = answer?.rows[0]?.[0]
  return typeof count === 'number' ? count : null
}

async function* toPages<Item>(pages: AsyncIterable<readonly Item[]>, toRow: (item: Item) => ExportRow): AsyncGenerator<readonly ExportRow[]> {
  for await (const page of pages) yield page.map(toRow)
}

async function queryTable({ store, project, signal, now }: ContentToRead, { query, limit }: Extract<ExportContent, { of: 'query' }>): Promise<ExportTable> {
  // Watched, and stopped by the signal: it may take as long as it takes.
  const ask = (cursor: string | null) =>
    readQuery({ engine: store, project, query: cursor === null ? query : { ...query, cursor }, now, completeUntil: now, signal, onProgress: () => undefined })
  const first = await ask(null)
  return { columns: flatColumns(first), expectedRows: first.nextCursor === null ? Math.min(first.rows.length, limit ?? Infinity) : limit, pages: readPages(first, ask, limit ?? Infinity) }
}

async function* readPages(first: QueryAnswer, ask: (cursor: string) => Promise<QueryAnswer>, limit: number): AsyncGenerator<readonly ExportRow[]> {
  let left = limit
  for (let answer = first; ; answer = await ask(answer.nextCursor)) {
    const rows = [...flatRows(answer)].slice(0, left)
    yield rows
    left -= rows.length
    if (answer.nextCursor === null || left === 0) return
  }
}
