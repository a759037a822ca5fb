import { ProblemError } from '../problem.ts'
import { toRetryAfter } from '../retry-after.ts'

/** Memory that the bodies of all requests share, so that no crowd of them can fill the process. */
export interface BodyMemory {
  lease(): Lease
}

/** One body's part. */
export interface Lease {
  /** Throws 503 when all bodies together hold as much as there is. */
  take(bytes: number): void
  /** Gives all back. */
  release(): void
}

const RETRY_MS = 1_000

export function createBodyMemory(maxBytes: number): BodyMemory {
  let taken = 0
  return {
    lease() {
      let held = 0
      return {
        take(bytes) {
          if (taken + bytes > maxBytes)
            throw new ProblemError(
              503,
              'The server reads as many bodies as it can hold. Send this again later.',
              { 'retry-after': toRetryAfter(RETRY_MS) },
              { rule: 'server-room' },
            )
          taken += bytes
          held += bytes
        },
        release() {
          taken -= held
          held = 0
        },
      }
    },
  }
}
