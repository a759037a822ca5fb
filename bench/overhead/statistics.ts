/** The middle of some figures and the interval in which the true middle lies. */
export interface Estimate {
  readonly median: number
  readonly low: number
  readonly high: number
}

const CONFIDENCE = 0.95

/**
 * Median with its interval by order statistics, which supposes nothing about how the figures are spread. With fewer
 * than six figures no such interval reaches 95 %: it is then the whole range.
 */
export function toEstimate(figures: readonly number[]): Estimate {
  const sorted = [...figures].sort((a, b) => a - b)
  const tail = tailLength(sorted.length)
  const at = (position: number) => sorted[position] ?? Number.NaN
  return { median: median(sorted), low: at(tail), high: at(sorted.length - 1 - tail) }
}

function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
}

/** How many of the smallest, and of the largest, figures may be cut off: each is below the median with chance 1/2. */
function tailLength(count: number): number {
  let tail = 0
  let chanceOfOne = 0.5 ** count
  let chanceBelow = chanceOfOne
  while (chanceBelow <= (1 - CONFIDENCE) / 2) {
    tail++
    chanceOfOne *= (count - tail + 1) / tail
    chanceBelow += chanceOfOne
  }
  return Math.max(0, tail - 1)
}
