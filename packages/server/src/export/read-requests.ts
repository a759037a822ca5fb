import type { StoreFilter } from '../store/store-query.ts'
import type { Store } from '../store/store.ts'
import type { StoredEvent } from '../store/stored-event.ts'

export interface RequestsToRead {
  readonly store: Pick<Store, 'list'>
  readonly projectId: number
  /** Milliseconds since 1970, [from, to). */
  readonly from: number
  readonly to: number
  readonly where: StoreFilter | null
  readonly signal: AbortSignal
  /** Requests of one page. @default 2000 */
  readonly pageSize?: number
}

/** What an engine gives is turned into values in one go: more of it would hold up the event loop for longer. */
const PAGE_SIZE = 2_000
const FIRST_WINDOW_MS = 3_600_000
const LEAST_WINDOW_MS = 1_000
const WIDEN = 4

/**
 * All requests of a range in the order of time, each once, though events arrive and move meanwhile. Each page is asked for
 * within a window of time that holds about a page, so that an engine need not look at the rest of the range.
 */
export async function* readRequests({ store, projectId, from, to, where, signal, pageSize = PAGE_SIZE }: RequestsToRead): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  let begin = from
  let after: StoredEvent | null = null
  let windowMs = FIRST_WINDOW_MS
  while (begin < to) {
    const end = Math.min(to, begin + windowMs)
    const filters = { from: begin, to: end, ...(where !== null && { where }) }
    const page: readonly StoredEvent[] = await store.list({ projectId, filters, order: 'oldest', limit: pageSize, after, offset: 0, signal })
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (last !== undefined && page.length === pageSize) {
      windowMs = Math.max(LEAST_WINDOW_MS, last.time - begin)
      begin = last.time
      after = last
    } else {
      if (page.length < pageSize / 2) windowMs *= WIDEN
      begin = end
      after = null
    }
  }
}
