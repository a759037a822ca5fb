import type { Log } from '../log/log.ts'
import type { Authenticator } from '../registry/authenticator.ts'
import type { Registry } from '../registry/registry.ts'
import type { Store } from '../store/store.ts'

/** Removes what was stored for a project. */
export interface Erasure {
  /** Removes the data; the project and its keys stay. */
  eraseData(projectId: number): Promise<{ readonly events: number }>
  /** Takes the project and its keys out of use at once, then removes its data and, once that is done, the project. */
  eraseProject(projectId: number): Promise<{ readonly events: number }>
  /** Ends what an earlier process of this folder had begun. */
  resume(): Promise<void>
}

export interface ErasureOptions {
  readonly registry: Registry
  readonly authenticator: Authenticator
  readonly store: Store
  /** Moves what is acknowledged into the store. */
  readonly drain: () => Promise<void>
  readonly log: Log
}

export function createErasure({ registry, authenticator, store, drain, log }: ErasureOptions): Erasure {
  const erasure: Erasure = {
    async eraseData(projectId) {
      // Events that wait in the journal would come back after the store has forgotten the project.
      await drain()
      return await store.prune({ projectId })
    },
    async eraseProject(projectId) {
      registry.retireProject(projectId)
      authenticator.forget()
      const removed = await erasure.eraseData(projectId)
      registry.removeProject(projectId)
      log.info('removed a project and its data', { projectId, events: removed.events })
      return removed
    },
    async resume() {
      for (const projectId of registry.retiredProjects()) await erasure.eraseProject(projectId)
    },
  }
  return erasure
}
