import type { DateFormat } from '../format/date.ts'

/** Intervals that a chart or a table goes through. */
export interface Timeline {
  /** Starts, ascending, and the end of each; milliseconds since 1970. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
  /** The interval holds less than its whole length: the range cuts it, or it still fills. */
  isPartial(at: number): boolean
  readonly dates: DateFormat
}

/** What a timeline is made of. Milliseconds since 1970, [from, to). */
export interface TimelineRange {
  readonly from: number
  readonly to: number
  /** All events acknowledged before this are there. */
  readonly completeUntil: number
}

export function toTimeline(starts: readonly number[], { from, to, completeUntil }: TimelineRange, dates: DateFormat): Timeline {
  // The last interval is as long as the one before it: the range may end inside of it.
  const lengthMs = (starts.at(-1) ?? 0) - (starts.at(-2) ?? from)
  const last = starts.length === 1 ? to : Math.max(to, (starts.at(-1) ?? to) + lengthMs)
  const ends = starts.map((_, at) => starts[at + 1] ?? last)
  const until = Math.min(to, completeUntil)
  return { starts, ends, dates, isPartial: (at) => (starts[at] ?? from) < from || (ends[at] ?? until) > until }
}

/** An interval in words, such as `Sun 22 Nov, 14:00–14:15`. */
export function nameInterval({ starts, ends, dates }: Timeline, at: number): string {
  return dates.interval(starts[at] ?? 0, ends[at] ?? 0)
}
