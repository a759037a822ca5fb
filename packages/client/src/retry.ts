import { WaysideAnswerError } from './answer-error.ts'
import { WaysideApiError } from './api-error.ts'
import type { Connection } from './client-options.ts'

const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 30_000
/** What passes by itself; anything else is answered the same however often it is asked. */
const PASSING_STATUSES = new Set([429, 503])

/** Tries again what passes by itself: network errors, 429 and 503. All questions only read, so twice is once. */
export async function retry<Result>(connection: Connection, signal: AbortSignal | null, attempt: () => Promise<Result>): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      if (failures >= connection.retries || signal?.aborted === true || !mayPass(error)) throw error
      await connection.pause(toPauseMs(error, failures, connection.random), signal)
    }
  }
}

export function mayPass(error: unknown): boolean {
  if (error instanceof WaysideApiError) return PASSING_STATUSES.has(error.status)
  return !(error instanceof WaysideAnswerError)
}

/** What the server asks for, at most half a minute, and a random time that doubles with each failure. */
export function toPauseMs(error: unknown, failures: number, random: () => number): number {
  const asked = error instanceof WaysideApiError ? (error.retryAfterMs ?? 0) : 0
  return Math.min(MAX_PAUSE_MS, asked) + random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures)
}
