import type { Log } from '../log/log.ts'
import type { Project, Registry } from '../registry/registry.ts'
import type { Store } from '../store/store.ts'

const DAY_MS = 86_400_000

export interface RetentionOptions {
  readonly registry: Pick<Registry, 'projects'>
  readonly store: Pick<Store, 'list' | 'prune'>
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Removes what projects keep no longer. */
export interface Retention {
  /** To be called again and again: what comes late goes with the first call of the next day. */
  apply(): Promise<void>
}

export function createRetention({ registry, store, log, now }: RetentionOptions): Retention {
  /** Up to where the events of a project were made thin: looking again would read all that is left of them. */
  const thinned = new Map<number, number>()

  async function removeDays(project: Project): Promise<void> {
    const before = toKeptSince(project, now())
    if (before === null) return
    const projectId = project.id
    // Writing files anew costs much, and mostly nothing is to go.
    const left = await store.list({ projectId, filters: { to: before }, order: 'oldest', limit: 1, after: null, offset: 0 })
    if (left.length === 0) return
    const { events } = await store.prune({ projectId, before })
    log.info('removed the days that a project keeps no longer', { projectId, events, before })
  }

  async function removeDetails(project: Project): Promise<void> {
    const before = toListedSince(project, now())
    const projectId = project.id
    if (before === null || (thinned.get(projectId) ?? -Infinity) >= before) return
    const { events } = await store.prune({ projectId, before, thin: true })
    thinned.set(projectId, before)
    if (events > 0) log.info('removed the details of requests that a project keeps no longer', { projectId, events, before })
  }

  return {
    async apply() {
      for (const project of await registry.projects()) {
        try {
          await removeDays(project)
          await removeDetails(project)
        } catch (error) {
          log.warn('could not remove what a project keeps no longer; it is tried again', { projectId: project.id, error })
        }
      }
    },
  }
}

/** From when on requests are listed: the beginning of a day (UTC), milliseconds since 1970. `null` where all are. */
export function toListedSince({ eventDays }: Pick<Project, 'eventDays'>, now: number): number | null {
  return eventDays === null ? null : (Math.floor(now / DAY_MS) - eventDays) * DAY_MS
}

/** From when on anything is kept. Sums are made of events: they stay as long as requests are listed. */
function toKeptSince({ eventDays, rollupDays }: Pick<Project, 'eventDays' | 'rollupDays'>, now: number): number | null {
  return rollupDays === null ? null : toListedSince({ eventDays: Math.max(eventDays ?? 0, rollupDays) }, now)
}
