import type { Log } from '../log/log.ts'
import type { Authenticator } from '../registry/authenticator.ts'
import type { Registry } from '../registry/registry.ts'
import type { Store } from '../store/store.ts'

/** Days (UTC) by their beginnings, [from, before), milliseconds since 1970. */
export interface Days {
  readonly from: number
  readonly before: number
}

/** Removes what was stored for a project. */
export interface Erasure {
  /** Removes the data, all or that of some days; the project and its keys stay. */
  eraseData(projectId: number, days?: Days): Promise<{ readonly events: number }>
  /** Takes the project and its keys out of use at once and removes its data. */
  eraseProject(projectId: number): Promise<{ readonly events: number }>
  /** Begins to end in the background what an earlier process had begun. */
  resume(): Promise<void>
  close(): void
}

export interface ErasureOptions {
  readonly registry: Registry
  readonly authenticator: Authenticator
  readonly store: Store
  /** Moves what is acknowledged into the store. */
  readonly drain: () => Promise<void>
  /** Removes the files of a project that hold what is to go. */
  readonly forgetFiles: (projectId: number) => Promise<void>
  readonly log: Log
  /**
   * How long after an erasure the project is swept once more, milliseconds. Requests that its keys had opened before
   * must have ended by then.
   * @default 60000
   */
  readonly sweepDelayMs?: number
}

export function createErasure({
  registry,
  authenticator,
  store,
  drain,
  forgetFiles,
  log,
  sweepDelayMs = 60_000,
}: ErasureOptions): Erasure {
  const timers = new Set<NodeJS.Timeout>()

  async function eraseData(projectId: number, days?: Days): Promise<{ readonly events: number }> {
    // Events that wait in the journal would come back after the store has forgotten the project.
    await drain()
    const removed = await store.prune({ projectId, ...days })
    await forgetFiles(projectId)
    return removed
  }

  /** The last step. Until it is done the project's row stays, so that the next start can do it. */
  async function sweep(projectId: number): Promise<void> {
    try {
      await eraseData(projectId)
      await registry.removeProject(projectId)
    } catch (error) {
      log.warn('could not end the removal of a project; the next start of the server does', { projectId, error })
    }
  }

  return {
    eraseData,
    async eraseProject(projectId) {
      await registry.retireProject(projectId)
      authenticator.forget()
      const timer = setTimeout(() => {
        timers.delete(timer)
        void sweep(projectId)
      }, sweepDelayMs).unref()
      timers.add(timer)
      const removed = await eraseData(projectId)
      log.info('removed a project and its data', { projectId, events: removed.events })
      return removed
    },
    async resume() {
      for (const projectId of await registry.retiredProjects()) void sweep(projectId)
    },
    close: () => timers.forEach(clearTimeout),
  }
}
