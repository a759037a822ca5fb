import type { SendResult } from '../send-result.ts'

/** How a receiver has done of late: whether to ask it, and how gladly. */
export interface ReceiverHealth {
  /** To be called before each attempt; what it returns, after it, with `null` when the attempt was called off. */
  begin(): (result: SendResult | null) => void
  /** Milliseconds for which the receiver has asked not to be asked. */
  blockedMs(): number
  /** It takes batches, or it is time for one to find out. */
  isReady(): boolean
  /** What a batch more would wait for: load and slowness together. */
  cost(): number
}

/** After a failure another receiver is preferred for so long, twice as long after each further one. */
const FIRST_COOLDOWN_MS = 1_000
const MAX_COOLDOWN_MS = 60_000
/** Batches that a receiver must take one by one after a failure, until it gets all of its share again. */
const PROBES = 3
/** Weight of the newest attempt in the mean latency. */
const NEWEST_SHARE = 0.3
/** Differences below this are chance. */
const LEAST_LATENCY_MS = 10

/** Makes the health of a receiver that is taken for well. */
export function createReceiverHealth(monotonicMs: () => number, random: () => number): ReceiverHealth {
  let inFlight = 0
  let latencyMs = 0
  let failures = 0
  /** Batches still to be taken one by one; 0 when it is well. */
  let probes = 0
  let coolUntilMs = 0
  let blockedUntilMs = 0

  function end(result: SendResult | null, startMs: number): void {
    inFlight--
    if (result === null) return
    const nowMs = monotonicMs()
    if (result.kind === 'retry' || result.kind === 'refused_access') {
      blockedUntilMs = nowMs + result.afterMs
      const cooldownMs = Math.min(MAX_COOLDOWN_MS, FIRST_COOLDOWN_MS * 2 ** Math.min(failures++, 8))
      // Processes that lost it together must not come back together.
      coolUntilMs = nowMs + cooldownMs * (0.5 + 0.5 * random())
      probes = PROBES
      return
    }
    const tookMs = nowMs - startMs
    latencyMs = latencyMs === 0 ? tookMs : latencyMs + NEWEST_SHARE * (tookMs - latencyMs)
    if (probes > 0) probes--
    if (probes === 0) failures = 0
  }

  return {
    begin() {
      inFlight++
      const startMs = monotonicMs()
      return (result) => end(result, startMs)
    },
    blockedMs: () => Math.max(0, blockedUntilMs - monotonicMs()),
    isReady: () => probes === 0 || (inFlight === 0 && monotonicMs() >= coolUntilMs),
    cost: () => (inFlight + 1) * Math.max(LEAST_LATENCY_MS, latencyMs),
  }
}
