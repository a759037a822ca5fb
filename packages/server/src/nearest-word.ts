/** The word that a misspelt one most likely means; `null` when none is near. */
export function nearestWord(text: string, words: readonly string[]): string | null {
  if (text.length > MAX_LENGTH) return null
  const written = text.toLowerCase()
  let best: { readonly word: string; readonly distance: number } | null = null
  for (const word of words) {
    const distance = editDistance(written, word.toLowerCase())
    if (distance <= Math.max(1, Math.floor(word.length / 3)) && (best === null || distance < best.distance)) best = { word, distance }
  }
  return best?.word ?? null
}

/** Longer than any word of ours, with room for mistakes. */
const MAX_LENGTH = 40

/** Letters to add, leave out or replace, two that changed places counting once (Damerau 1964, optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : Infinity
      row.push(Math.min(at(last, j) + 1, at(row, j - 1) + 1, replaced, swapped))
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity
}
