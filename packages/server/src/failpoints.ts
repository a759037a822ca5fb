/**
 * Where a crash test can end the process: the instants at which what is on disk and what was promised differ most.
 * Each is called once in the code, right after what its name says.
 */
export type FailpointName =
  | 'journal.encoded'
  | 'journal.written'
  | 'journal.synced'
  | 'store.loadedUncommitted'
  | 'store.loaded'
  | 'store.expiredHalf'
  | 'store.checkpointing'
  | 'store.checkpointed'
  | 'days.written'
  | 'days.synced'
  | 'days.movedUncommitted'
  | 'days.moved'
  | 'days.swept'
  | 'traces.filled'
  | 'snapshot.copying'
  | 'snapshot.copied'
  | 'snapshot.verified'
  | 'snapshot.published'
  | 'snapshot.oldRemoved'
  | 'recovery.movedAside'
  | 'recovery.restored'
  | 'recovery.opened'
  | 'export.begun'
  | 'export.written'
  | 'export.published'

/** Told each point as it is passed. In production nobody listens. */
export type Failpoints = (name: FailpointName) => void

export const NO_FAILPOINTS: Failpoints = () => undefined
