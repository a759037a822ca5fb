import type { MonitorState } from '@wayside/protocol'

/** Where the time of a check went, microseconds, of all its requests together. */
export interface Timings {
  /** `null` where nothing was looked up. */
  readonly dnsUs: number | null
  readonly connectUs: number | null
  readonly tlsUs: number | null
  /** From the request being sent to the first byte of its answer. */
  readonly firstByteUs: number | null
  readonly totalUs: number
}

/** What a check saw. */
export type Observation =
  | {
      readonly kind: 'answer'
      /** When the check began, milliseconds since 1970. */
      readonly at: number
      readonly status: number
      readonly bodyHolds: boolean
      readonly timings: Timings
      /** When the certificate of the target ends. */
      readonly certificateEndsAt: number | null
    }
  | { readonly kind: 'failure'; readonly at: number; readonly reason: string; readonly timings: Timings }

/** What an observation means. */
export interface Judgement {
  readonly state: MonitorState
  /** Why it is not simply up, to follow "because". Never with an address, a header or a part of a body. */
  readonly reason: string | null
}

/** A check and what it means. */
export interface CheckResult extends Judgement {
  readonly at: number
  /** `null` when there was no answer. */
  readonly status: number | null
  readonly timings: Timings
  readonly certificateEndsAt: number | null
}

export function toCheckResult(observation: Observation, judgement: Judgement): CheckResult {
  const { at, timings } = observation
  const answered = observation.kind === 'answer' ? { status: observation.status, certificateEndsAt: observation.certificateEndsAt } : { status: null, certificateEndsAt: null }
  return { at, timings, ...answered, ...judgement }
}
