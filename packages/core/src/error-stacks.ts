import { LIMITS, type ErrorStack } from '@wayside/protocol'

/** Chooses which stacks travel: one an hour for each fingerprint. */
export interface ErrorStacks {
  /** Keeps the stack for the next batch if its hour has passed. */
  offer(stack: ErrorStack, nowMs: number): void
  /** Takes the stacks that wait, at most as many as a batch may carry. */
  take(): readonly ErrorStack[]
}

const HOUR_MS = 3_600_000
/** Fingerprints remembered; beyond that the oldest may send its stack again within its hour. */
const MAX_FINGERPRINTS = 1_000

/** Makes the stacks of one recorder. Stacks beyond a batch's limit wait for a later error of the same place. */
export function createErrorStacks(): ErrorStacks {
  const offeredAtMs = new Map<string, number>()
  let waiting: ErrorStack[] = []
  return {
    offer({ fingerprint, errorClass, frames }, nowMs) {
      const before = offeredAtMs.get(fingerprint)
      if (frames.length === 0 || waiting.length === LIMITS.batchStacks) return
      if (before !== undefined && nowMs - before < HOUR_MS) return
      offeredAtMs.delete(fingerprint)
      if (offeredAtMs.size === MAX_FINGERPRINTS) offeredAtMs.delete(offeredAtMs.keys().next().value ?? '')
      offeredAtMs.set(fingerprint, nowMs)
      waiting.push({ fingerprint, errorClass, frames })
    },
    take() {
      const taken = waiting
      waiting = []
      return taken
    },
  }
}
