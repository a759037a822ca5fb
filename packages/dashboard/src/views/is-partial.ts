import type { Overview, SeriesPoint } from '@wayside/protocol'

/** Tells the intervals that the period cuts at its beginning, or that were not complete when the answer was made. */
export function createIsPartial({ from, to, completeUntil, intervalMs }: Overview): (point: SeriesPoint) => boolean {
  const end = Math.min(to, completeUntil)
  return ({ time }) => time < from || time + intervalMs > end
}
