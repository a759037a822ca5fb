import type { Store } from '../store/store.ts'
import type { StoreQuery } from '../store/store-query.ts'

export const DAY_MS = 86_400_000

/** What answers say of a day of a project. */
export interface DayCounts {
  readonly projectId: number
  /** Days since 1970, in UTC. */
  readonly day: number
  /** Shed ones too. */
  readonly requests: number
  readonly responseBytes: number
}

/** [from, to] in milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The days of a project with requests, the first first. */
export async function countDays(store: Store, projectId: number, { from, to }: Span): Promise<readonly DayCounts[]> {
  const first = Math.floor(from / DAY_MS)
  const intervals = Array.from({ length: Math.floor(to / DAY_MS) - first + 1 }, (_, at) => (first + at) * DAY_MS)
  const question: StoreQuery = {
    projectId,
    from: first * DAY_MS,
    to: (first + intervals.length) * DAY_MS,
    intervals,
    groupBy: [],
    filter: null,
    measures: new Set(),
    limit: null,
    // Somebody waits for it, so it may take its time.
    onProgress: () => undefined,
  }
  const { rows } = await store.query(question)
  return rows.map(({ interval, requests, responseBytes }) => ({ projectId, day: first + interval, requests, responseBytes })).toSorted((a, b) => a.day - b.day)
}

/** Days that the second store counts differently, in words. */
export function compareDays(here: readonly DayCounts[], there: readonly DayCounts[]): readonly string[] {
  const counted = new Map<string, { readonly projectId: number; readonly day: number; here?: DayCounts; there?: DayCounts }>()
  const entryOf = ({ projectId, day }: DayCounts) => {
    const name = `${projectId}:${day}`
    const entry = counted.get(name) ?? { projectId, day }
    counted.set(name, entry)
    return entry
  }
  for (const each of here) entryOf(each).here = each
  for (const each of there) entryOf(each).there = each
  return [...counted.values()]
    .filter((each) => each.here?.requests !== each.there?.requests || each.here?.responseBytes !== each.there?.responseBytes)
    .map((each) => `${new Date(each.day * DAY_MS).toISOString().slice(0, 10)}, project ${each.projectId}: ${each.here?.requests ?? 0} requests here, ${each.there?.requests ?? 0} there`)
}
