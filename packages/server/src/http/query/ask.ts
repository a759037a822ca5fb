import type { Query, QueryAnswer } from '@wayside/protocol'
import { readQuery } from '../../query/read-query.ts'
import type { Project } from '../../registry/registry.ts'
import type { Services } from '../services.ts'

/** Answers a query about a project. */
export function ask({ store, now, completeUntil }: Services, { project }: { readonly project: Project }, query: Query, signal: AbortSignal, onProgress?: (done: number) => void): Promise<QueryAnswer> {
  return readQuery({ engine: store, project, query, now: now(), completeUntil: completeUntil(), signal, ...(onProgress !== undefined && { onProgress }) })
}
