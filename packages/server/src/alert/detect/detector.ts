/** One request, as detectors look at it. */
export interface Step {
  /** Milliseconds since 1970. */
  readonly time: number
  /** Method and route. */
  readonly endpoint: string
  /** `null` above privacy level 0. */
  readonly ip: string | null
}

/** What is known of a consumer, and whether a further request of it is unusual. */
export interface Memory {
  /** Learns a step. @returns what is unusual about it, as the end of a sentence that begins with the consumer; `null` for nothing */
  take(step: Step): string | null
  /** As JSON, to go on from later. @param now - what is too old at this instant is left out */
  save(now: number): string
}
