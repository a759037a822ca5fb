const SHADES = 5

/** Which of five shades a figure has beside the largest: 0 for nothing; few requests among very many still have one. */
export function toShade(value: number, max: number): number {
  return value === 0 || max === 0 ? 0 : Math.max(1, Math.ceil((value / max) * SHADES))
}
