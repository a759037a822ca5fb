import type { SeqRange } from '../journal/journal-batch.ts'

/** Whole numbers as sorted, disjoint ranges that do not touch; a producer that loses nothing has one range. */
export type IntervalSet = readonly SeqRange[]

export function contains(set: IntervalSet, seq: number): boolean {
  const range = set[firstReaching(set, seq)]
  return range !== undefined && range.from <= seq
}

/** The set with a range added; ranges that overlap or touch it become one. */
export function addRange(set: IntervalSet, range: SeqRange): IntervalSet {
  const start = firstReaching(set, range.from - 1)
  let end = start
  let { from, to } = range
  for (let each = set[end]; each !== undefined && each.from <= range.to + 1; each = set[++end]) {
    from = Math.min(from, each.from)
    to = Math.max(to, each.to)
  }
  return [...set.slice(0, start), { from, to }, ...set.slice(end)]
}

/** Ascending seqs as ranges. */
export function toRanges(seqs: Iterable<number>): SeqRange[] {
  const ranges: { from: number; to: number }[] = []
  for (const seq of seqs) {
    const last = ranges[ranges.length - 1]
    if (last !== undefined && seq === last.to + 1) last.to = seq
    else ranges.push({ from: seq, to: seq })
  }
  return ranges
}

/** Position of the first range that ends at or after a seq. */
function firstReaching(set: IntervalSet, seq: number): number {
  let low = 0
  let high = set.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((set[middle]?.to ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}
