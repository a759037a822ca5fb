import process from 'node:process'
import type { SpoolLoss, SpoolProblem } from './spool/spool.ts'

/** What kind of trouble a `WaysideProblem` tells. */
export type ProblemKind =
  /** The server cannot be reached, or asks for patience. Events wait. */
  | 'unavailable'
  /** The server refuses the key, or the address is wrong. Events wait. */
  | 'refused_access'
  /** The server cannot take what a batch says; the event at fault is dropped. */
  | 'refused_batch'
  /** The server takes smaller batches; an event that is too large by itself is dropped. */
  | 'too_large'
  /** The queue is full: events are dropped, their counts by endpoint are kept. */
  | 'queue_overflow'
  /** Another receiver of the group stands in. */
  | 'failover'
  /** The spool's folder or disk, and what it has lost. */
  | SpoolProblem
  | SpoolLoss['reason']
  /** A batch could not be encoded. */
  | 'serialize_error'
  /** A fault of Wayside's own. */
  | 'internal_error'

/** What `onError` gets. */
export class WaysideProblem extends Error {
  override readonly name = 'WaysideProblem'
  readonly kind: ProblemKind

  constructor(kind: ProblemKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** Tells a kind of trouble; at most once a minute for each kind. Never throws. */
export type ProblemReporter = (kind: ProblemKind, message: string) => void

const QUIET_MS = 60_000

/** Makes a reporter that tells the host's `onError`, or warns through the process when there is none. */
export function createProblemReporter(
  onError: ((problem: WaysideProblem) => void) | null,
  monotonicMs: () => number,
  warn: (message: string) => void = (message) => process.emitWarning(message, 'WaysideWarning'),
): ProblemReporter {
  const toldAtMs = new Map<string, number>()
  return (kind, message) => {
    const before = toldAtMs.get(kind)
    if (before !== undefined && monotonicMs() - before < QUIET_MS) return
    toldAtMs.set(kind, monotonicMs())
    try {
      if (onError === null) warn(message)
      else onError(new WaysideProblem(kind, message))
    } catch {
      // The host's own reporter has failed: nothing is left to tell it to.
    }
  }
}
