import process from 'node:process'

/** Tells a kind of trouble; at most once a minute for each kind. Never throws. */
export type ProblemReporter = (kind: string, message: string) => void

const QUIET_MS = 60_000

/** Makes a reporter that tells the host's `onError`, or warns through the process when there is none. */
export function createProblemReporter(
  onError: ((error: Error) => void) | null,
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
      else onError(new Error(message))
    } catch {
      // The host's own reporter has failed: nothing is left to tell it to.
    }
  }
}
