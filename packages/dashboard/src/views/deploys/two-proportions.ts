/** So many of so many. */
export interface Proportion {
  readonly part: number
  readonly whole: number
}

/** Fewer cases than this on a side, expected or not, and the normal distribution says nothing. */
const MIN_EXPECTED = 5

/**
 * How likely it is that two shares differ as much as they do by chance alone, 0 to 1: the two-sided test of two proportions with
 * a pooled share. `null` where there are too few cases to say.
 */
export function twoProportions(a: Proportion, b: Proportion): number | null {
  if (a.whole === 0 || b.whole === 0) return null
  const pooled = (a.part + b.part) / (a.whole + b.whole)
  const least = Math.min(a.whole, b.whole) * Math.min(pooled, 1 - pooled)
  if (least < MIN_EXPECTED) return null
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.whole + 1 / b.whole))
  return complementaryError(Math.abs(a.part / a.whole - b.part / b.whole) / error / Math.SQRT2)
}

/** erfc(x) for x ≥ 0 within 1.5e-7: Abramowitz and Stegun, 7.1.26. */
function complementaryError(x: number): number {
  const t = 1 / (1 + 0.3275911 * x)
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return sum * Math.exp(-x * x)
}
