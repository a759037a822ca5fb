import type { DimensionValue } from '@wayside/protocol'

/** Orders keys of the same dimensions by the first value that differs. */
export function compareKeys(a: readonly DimensionValue[], b: readonly DimensionValue[]): number {
  const at = a.findIndex((value, index) => value !== b[index])
  return at === -1 ? 0 : compareValues(a[at] ?? null, b[at] ?? null)
}

/** Orders values of one dimension: unknown first, numbers by size, texts by their UTF-8 bytes as databases do. */
export function compareValues(a: DimensionValue, b: DimensionValue): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return Number(a) - Number(b)
}
