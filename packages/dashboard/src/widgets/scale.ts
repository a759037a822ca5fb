/**
 * Round values from 0 up for an axis: at most `count` steps that reach `max` or more.
 * @param least - no step is smaller than this: 1 for counts
 */
export function toTicks(max: number, count: number, least = 1): readonly number[] {
  const top = Math.max(least, max)
  const rough = top / count
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  // 2.5 requests are no round number, 250 are.
  const factors = magnitude >= 10 ? [1, 2, 2.5, 5, 10] : [1, 2, 5, 10]
  const step = Math.max(least, (factors.find((factor) => factor * magnitude >= rough) ?? 10) * magnitude)
  // 0.30000000000000004 is 3 steps of 0.1.
  const last = Math.ceil(Number((top / step).toPrecision(12)))
  return Array.from({ length: last + 1 }, (_, at) => Number((at * step).toPrecision(12)))
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const TIME_STEPS_MS = [
  ...[1, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 30, 91, 182].map((days) => days * DAY_MS),
]

/** A label below the chart: at the left edge of interval `index`. */
export interface TimeTick {
  readonly index: number
  readonly time: number
  /** The label names a day rather than a time of day. */
  readonly isDay: boolean
}

/**
 * Intervals at which a round step of local time begins, as many as `maxCount` labels have room.
 * @param offsetMinutes - minutes that local time is ahead of UTC at an instant
 */
export function toTimeTicks(
  times: readonly number[],
  intervalMs: number,
  maxCount: number,
  offsetMinutes: (at: number) => number,
): readonly TimeTick[] {
  const rangeMs = times.length * intervalMs
  const stepMs = TIME_STEPS_MS.find((step) => step >= intervalMs && rangeMs / step <= maxCount) ?? 365 * DAY_MS
  const ticks: TimeTick[] = []
  let previous: number | null = null
  for (const [index, time] of times.entries()) {
    const localMs = time + offsetMinutes(time) * MINUTE_MS
    const step = Math.floor(localMs / stepMs)
    // The first interval is labelled only if it is where a step begins.
    const begins = previous === null ? localMs % stepMs === 0 : step !== previous
    if (begins) ticks.push({ index, time, isDay: stepMs >= DAY_MS || localMs % DAY_MS < intervalMs })
    previous = step
  }
  return ticks
}
