/** What the server's load looks like, measured about every second. */
export interface ServerLoad {
  /** Bytes of the journal on disk, and how many it may have. */
  readonly journalBytes: number
  readonly journalMaxBytes: number
  /** Bytes that are acknowledged and not yet in the store. */
  readonly backlogBytes: number
  /** What the store takes of them in a second; 0 while it takes nothing. */
  readonly drainedPerSecond: number
  /** How late the event loop comes to its work, milliseconds. */
  readonly loopLagMs: number
  /** Share of the heap that is in use, 0 to 1. */
  readonly heapShare: number
}

/** What to tell senders. */
export interface Pressure {
  /** Take nothing for so long; `null` when there is room. */
  readonly refusal: { readonly reason: string; readonly retryAfterMs: number } | null
  /** Take this, and ask for the next one later; `null` when the server is at ease. */
  readonly throttleMs: number | null
}

const MAX_LOOP_LAG_MS = 250
const MAX_HEAP_SHARE = 0.8
/** A backlog past one of these is more than a wave of traffic. */
const MAX_BACKLOG_BYTES = 256 * 1024 * 1024
const MAX_BACKLOG_MS = 60_000
/** How near to one of its limits the server begins to ask for patience, as a share of the limit. */
const STRAINED = 0.75
/** Senders hold some ten seconds of events in memory, so that a hint must ask for less. */
const MAX_THROTTLE_MS = 5_000
const MIN_WAIT_MS = 1_000
const MAX_WAIT_MS = 60_000
/** How long to wait for what cannot be foreseen: a store that takes nothing, a snapshot that frees the journal, a heap. */
const UNKNOWN_WAIT_MS = 10_000

/**
 * Refuses where taking more would endanger what was taken: a journal at its limit, a heap or an event loop that is
 * overloaded. A store that is behind endangers nothing, as the journal holds the events for it: senders are only asked
 * to slow down.
 */
export function judgePressure(load: ServerLoad): Pressure {
  const { journalBytes, journalMaxBytes, backlogBytes, loopLagMs, heapShare } = load
  const drainMs = toDrainMs(load)
  if (journalBytes >= journalMaxBytes)
    return refuse(`the journal has reached its ${journalMaxBytes} bytes; the store is behind`, drainMs || UNKNOWN_WAIT_MS)
  if (loopLagMs > MAX_LOOP_LAG_MS) return refuse(`the event loop is ${Math.round(loopLagMs)} ms late`, loopLagMs * 10)
  if (heapShare > MAX_HEAP_SHARE) return refuse(`${Math.round(heapShare * 100)} % of the heap is in use`, UNKNOWN_WAIT_MS)

  const strain = Math.max(
    journalBytes / journalMaxBytes,
    backlogBytes > MAX_BACKLOG_BYTES || drainMs > MAX_BACKLOG_MS ? STRAINED : 0,
    loopLagMs / MAX_LOOP_LAG_MS,
    heapShare / MAX_HEAP_SHARE,
  )
  return { refusal: null, throttleMs: strain < STRAINED ? null : Math.round(MAX_THROTTLE_MS * strain) }
}

function refuse(reason: string, waitMs: number): Pressure {
  return { refusal: { reason, retryAfterMs: Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, waitMs)) }, throttleMs: null }
}

/** Until the store has what waits for it. */
function toDrainMs({ backlogBytes, drainedPerSecond }: ServerLoad): number {
  if (backlogBytes === 0) return 0
  return drainedPerSecond > 0 ? (backlogBytes / drainedPerSecond) * 1_000 : UNKNOWN_WAIT_MS
}
