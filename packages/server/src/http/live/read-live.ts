import type { Filter, LiveRequest, LiveState } from '@wayside/protocol'
import { readQuery } from '../../query/read-query.ts'
import { toStoreFilter } from '../../query/store-filter.ts'
import type { Project } from '../../registry/registry.ts'
import type { StoredEvent } from '../../store/stored-event.ts'
import type { Services } from '../services.ts'

/** Which requests are watched. */
export interface LiveScope {
  readonly project: Project
  readonly filter: Filter | null
}

/** What happens in a project now. */
export interface LiveSnapshot {
  /** Milliseconds since 1970. */
  readonly time: number
  /** Requests that began within the last minute. */
  readonly lastMinute: LiveState['lastMinute']
  /** Requests that were received within the last hour, the last of them, in the order of arrival. */
  readonly arrived: readonly Arrival[]
}

/** A request and its place in the order of arrival, which all servers on one store agree on. */
export interface Arrival {
  readonly receivedAt: number
  readonly request: LiveRequest
}

const METRICS = ['requests', 'success', 'redirect', 'clientErrors', 'serverErrors', 'p95'] as const
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Requests that began longer ago were kept by an app through a long outage; they are no news. */
const OLDEST_MS = 24 * HOUR_MS
/** What several servers receive comes into their common store in another order, by this much at most. */
const OVERLAP_MS = 10_000
const MAX_ARRIVALS = 100

/** @param before - what was read of the same scope the last time; only what has arrived since is asked for */
export async function readLive({ store, now, completeUntil }: Pick<Services, 'store' | 'now' | 'completeUntil'>, { project, filter }: LiveScope, before: LiveSnapshot | null): Promise<LiveSnapshot> {
  const time = now()
  const range = { from: time - MINUTE_MS, to: time + 1 }
  const known = before?.arrived ?? []
  const last = known.at(-1)?.receivedAt
  const receivedFrom = Math.max(time - HOUR_MS, last === undefined ? 0 : last - OVERLAP_MS)
  const [answer, events] = await Promise.all([
    readQuery({ engine: store, project, query: { metrics: METRICS, range, ...(filter !== null && { filter }) }, now: time, completeUntil: completeUntil() }),
    store.list({
      projectId: project.id,
      filters: { from: time - OLDEST_MS, receivedFrom, ...(filter !== null && { where: toStoreFilter(filter) }) },
      order: 'received',
      limit: MAX_ARRIVALS,
      after: null,
      offset: 0,
    }),
  ])
  const [[requests, success, redirect, clientErrors, serverErrors, p95] = []] = answer.rows
  const count = (value: unknown) => Number(value ?? 0)
  return {
    time,
    lastMinute: { requests: count(requests), success: count(success), redirect: count(redirect), clientErrors: count(clientErrors), serverErrors: count(serverErrors), p95: typeof p95 === 'number' ? p95 : null },
    arrived: join(known.filter(({ receivedAt }) => receivedAt >= time - HOUR_MS), events.map(toArrival)),
  }
}

/** Names an arrival in a stream: its place. */
export function nameArrival({ receivedAt, request: { id } }: Arrival): string {
  return `${receivedAt}-${id}`
}

function compareArrivals(a: Arrival, b: Arrival): number {
  return a.receivedAt - b.receivedAt || a.request.id - b.request.id
}

function join(known: readonly Arrival[], read: readonly Arrival[]): readonly Arrival[] {
  const each = new Map([...known, ...read].map((arrival) => [`${nameArrival(arrival)}-${arrival.request.time}`, arrival]))
  return [...each.values()].toSorted(compareArrivals).slice(-MAX_ARRIVALS)
}

function toArrival({ receivedAt, id, time, method, route, path, status, durationUs, consumer, country, client }: StoredEvent): Arrival {
  return { receivedAt, request: { id, time, method, route, path, status, durationUs, consumer, country, client } }
}
