/** Round values from 0 up for an axis: at most `count` steps that reach `max` or more. Whole numbers only. */
export function toTicks(max: number, count: number): readonly number[] {
  const rough = Math.max(1, max) / count
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  // 2.5 requests are no round number, 250 are.
  const factors = magnitude >= 10 ? [1, 2, 2.5, 5, 10] : [1, 2, 5, 10]
  const step = Math.max(1, (factors.find((factor) => factor * magnitude >= rough) ?? 10) * magnitude)
  const last = Math.ceil(Math.max(1, max) / step)
  return Array.from({ length: last + 1 }, (_, at) => at * step)
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const TIME_STEPS_MS = [
  ...[1, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7].map((days) => days * DAY_MS),
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
  const stepMs = TIME_STEPS_MS.find((step) => step >= intervalMs && rangeMs / step <= maxCount) ?? 14 * DAY_MS
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
