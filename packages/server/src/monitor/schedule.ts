import { createHash } from 'node:crypto'

/** While the next check decides about an incident it comes after so long, or after the interval where that is less. */
const RETRY_MS = 20_000
/** The part of an interval by which checks come later than their place, at random: a target that is busy each full minute is not asked then alone. */
const JITTER = 0.1

/** What the next check of a monitor depends on. */
export interface ScheduleInput {
  /** Its id: it gives a monitor a place of its own in the interval, so that many are spread, also after a restart. */
  readonly publicId: string
  readonly intervalMs: number
  readonly undecided: boolean
  /** Milliseconds since 1970. */
  readonly now: number
  /** 0 to 1. */
  readonly random: number
}

/** When a monitor is checked next: at its place in the next interval, or soon where a decision waits. Always after `now`. */
export function nextCheckAt({ publicId, intervalMs, undecided, now, random }: ScheduleInput): number {
  if (undecided) return now + Math.min(RETRY_MS, intervalMs)
  const phase = createHash('sha256').update(publicId).digest().readUInt32BE() % intervalMs
  const place = (Math.floor((now - phase) / intervalMs) + 1) * intervalMs + phase
  return place + Math.floor(random * JITTER * intervalMs)
}

/** Whether a check is so late that it waits for its next place: a server that was off does not ask all its targets at once. */
export function isMissed(dueAt: number, intervalMs: number, now: number): boolean {
  return now - dueAt > intervalMs
}
