import type { Registry } from '../registry/registry.ts'
import type { Store } from '../store/store.ts'
import { toListedSince } from './retention.ts'

/** A change of a project's days holds within this time. */
const LEARN_MS = 10_000

/** A store that lists no request from before the days for which its project keeps them, though sums of it may still count. */
export function endLists(store: Store, registry: Pick<Registry, 'projects'>, now: () => number): Store {
  let days: Promise<ReadonlyMap<number, number | null>> | null = null
  let learnAt = -Infinity

  function learn(): Promise<ReadonlyMap<number, number | null>> {
    if (days === null || now() >= learnAt || now() < learnAt - LEARN_MS) {
      learnAt = now() + LEARN_MS
      days = registry.projects().then((projects) => new Map(projects.map(({ id, eventDays }) => [id, eventDays])))
      days.catch(() => (days = null))
    }
    return days
  }

  return {
    ...store,
    async list(query) {
      const since = toListedSince({ eventDays: (await learn()).get(query.projectId) ?? null }, now())
      if (since === null || since <= (query.filters.from ?? -Infinity)) return store.list(query)
      return store.list({ ...query, filters: { ...query.filters, from: since } })
    },
  }
}
