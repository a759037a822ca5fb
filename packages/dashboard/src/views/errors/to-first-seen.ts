import type { DimensionValue, QueryAnswer } from '@wayside/protocol'

/** When each value was first seen in the range, to the interval, of an answer by the value and time. */
export function toFirstSeen(answer: QueryAnswer | undefined): ReadonlyMap<DimensionValue, number> {
  const first = new Map<DimensionValue, number>()
  // An answer that was cut off may lack the first one.
  if (answer === undefined || answer.nextCursor !== null) return first
  for (const [value = null, time] of answer.rows) first.set(value, Math.min(Number(time), first.get(value) ?? Infinity))
  return first
}
