import type { Query, QueryAnswer } from '@wayside/protocol'
import { readQuery } from '../../query/read-query.ts'
import type { Principal } from '../../registry/registry.ts'
import type { Services } from '../services.ts'

/** Answers a query about the project of a key. */
export function ask({ store, now, completeUntil }: Services, { project }: Principal, query: Query, signal: AbortSignal, onProgress?: (done: number) => void): Promise<QueryAnswer> {
  return readQuery({ engine: store, project, query, now: now(), completeUntil: completeUntil(), signal, ...(onProgress !== undefined && { onProgress }) })
}
