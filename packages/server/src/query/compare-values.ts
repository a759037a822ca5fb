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
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  return Number(a) - Number(b)
}

/** UTF-16 has the order of UTF-8 but for surrogates, which stand for characters after all others. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const unitOfA = a.charCodeAt(at)
    const unitOfB = b.charCodeAt(at)
    if (unitOfA === unitOfB) continue
    return Number(isSurrogate(unitOfA)) - Number(isSurrogate(unitOfB)) || unitOfA - unitOfB
  }
  return a.length - b.length
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
