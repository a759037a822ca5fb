import { QUERY_LIMITS, type TimeGrain } from '@wayside/protocol'
import { createCalendar } from './calendar.ts'
import { TooMuch } from '../store/store-query.ts'
import type { Span } from './resolve-range.ts'

/** Starts of the intervals that a span meets, ascending, the first at or before its begin. Throws `TooMuch`. */
export function toIntervals({ from, to }: Span, grain: TimeGrain, timeZone: string, pointer: string): readonly number[] {
  const calendar = createCalendar(grain, timeZone)
  const starts: number[] = []
  for (let start = calendar.startOf(from); start < to; start = calendar.next(start)) {
    if (starts.length === QUERY_LIMITS.intervals)
      throw new TooMuch(`the range has more than ${QUERY_LIMITS.intervals} intervals of a ${grain}; ask for a shorter range or a longer interval`, { pointer })
    starts.push(start)
  }
  return starts
}
