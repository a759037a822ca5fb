import type { Log } from '../log/log.ts'
import type { Project, Registry } from '../registry/registry.ts'
import type { Store } from '../store/store.ts'

const DAY_MS = 86_400_000

export interface RetentionOptions {
  readonly registry: Pick<Registry, 'projects'>
  readonly store: Pick<Store, 'prune'>
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
  /** Up to where it was done, by project: looking again would read all that is left. */
  const removed = new Map<number, number>()
  const thinned = new Map<number, number>()

  async function removeDays(project: Project): Promise<void> {
    const before = toKeptSince(project, now())
    const projectId = project.id
    if (before === null || (removed.get(projectId) ?? -Infinity) >= before) return
    const { events } = await store.prune({ projectId, before })
    removed.set(projectId, before)
    if (events > 0) log.info('removed the days that a project keeps no longer', { projectId, events, before })
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
