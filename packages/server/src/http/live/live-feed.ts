import type { Project } from '../../registry/registry.ts'
import type { LiveState } from './read-live.ts'

/** What happens in projects, for as many as watch; each project is read once however many do. */
export interface LiveFeed {
  /** Calls with each state, `null` when there is none at present, until what it returns is called. */
  subscribe(project: Project, listener: (state: LiveState | null) => void): () => void
}

interface Watch {
  readonly listeners: Set<(state: LiveState | null) => void>
  timer: NodeJS.Timeout | null
}

/**
 * @param read - the state of a project now; a rejection is told as `null`
 * @param everyMs - from one answer to the next question
 */
export function createLiveFeed(read: (project: Project) => Promise<LiveState>, everyMs = 1_000): LiveFeed {
  const watches = new Map<number, Watch>()

  async function tell(project: Project, watch: Watch): Promise<void> {
    const state = await read(project).catch(() => null)
    for (const listener of watch.listeners) listener(state)
    if (watch.listeners.size > 0) watch.timer = setTimeout(() => void tell(project, watch), everyMs)
  }

  return {
    subscribe(project, listener) {
      const known = watches.get(project.id)
      const watch: Watch = known ?? { listeners: new Set(), timer: null }
      watch.listeners.add(listener)
      if (known === undefined) {
        watches.set(project.id, watch)
        void tell(project, watch)
      }
      return () => {
        watch.listeners.delete(listener)
        if (watch.listeners.size > 0 || watches.get(project.id) !== watch) return
        watches.delete(project.id)
        if (watch.timer !== null) clearTimeout(watch.timer)
      }
    },
  }
}
