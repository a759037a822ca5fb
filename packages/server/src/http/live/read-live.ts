import { readQuery } from '../../query/read-query.ts'
import type { Project } from '../../registry/registry.ts'
import type { StoredEvent } from '../../store/stored-event.ts'
import type { Services } from '../services.ts'

/** What happens in a project now. */
export interface LiveState {
  /** Milliseconds since 1970. */
  readonly time: number
  /** Requests that began within the last minute. */
  readonly lastMinute: Readonly<Record<string, unknown>>
  /** Requests that began within the last hour, the newest, in the order of arrival. */
  readonly newest: readonly LiveRequest[]
}

export type LiveRequest = Pick<StoredEvent, 'id' | 'time' | 'method' | 'route' | 'path' | 'status' | 'durationUs' | 'consumer' | 'country' | 'client'>

const METRICS = ['requests', 'success', 'redirect', 'clientErrors', 'serverErrors', 'p95'] as const
const MINUTE_MS = 60_000
const NEWEST = 50

export async function readLive({ store, now, completeUntil }: Pick<Services, 'store' | 'now' | 'completeUntil'>, project: Project): Promise<LiveState> {
  const time = now()
  const range = { from: time - MINUTE_MS, to: time + 1 }
  const [answer, events] = await Promise.all([
    readQuery({ engine: store, project, query: { metrics: METRICS, range }, now: time, completeUntil: completeUntil() }),
    store.list({ projectId: project.id, filters: { from: time - 60 * MINUTE_MS }, order: 'newest', limit: NEWEST, after: null, offset: 0 }),
  ])
  const [counts = []] = answer.rows
  return {
    time,
    lastMinute: Object.fromEntries(METRICS.map((metric, at) => [metric, counts[at] ?? null])),
    newest: events.map(toRequest).toSorted((a, b) => a.id - b.id),
  }
}

function toRequest({ id, time, method, route, path, status, durationUs, consumer, country, client }: StoredEvent): LiveRequest {
  return { id, time, method, route, path, status, durationUs, consumer, country, client }
}
