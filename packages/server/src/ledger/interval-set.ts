import type { SeqRange } from '@wayside/protocol'

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

/** What is in any of the sets. */
export function union(...sets: readonly IntervalSet[]): IntervalSet {
  const [largest = [], ...more] = sets.toSorted((a, b) => b.length - a.length)
  const added = more.flat()
  return added.length <= MAX_SINGLE ? added.reduce(addRange, largest) : joinRanges([...largest, ...added])
}

/** Up to here adding ranges one by one copies less than sorting all costs. */
const MAX_SINGLE = 8

function joinRanges(ranges: SeqRange[]): IntervalSet {
  const joined: { from: number; to: number }[] = []
  for (const { from, to } of ranges.sort((a, b) => a.from - b.from)) {
    const last = joined[joined.length - 1]
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to)
    else joined.push({ from, to })
  }
  return joined
}

/** How many numbers both sets hold. */
export function countCommon(a: IntervalSet, b: IntervalSet): number {
  let common = 0
  let at = firstReaching(a, b[0]?.from ?? 0)
  for (const { from, to } of b) {
    for (let each = a[at]; each !== undefined && each.from <= to; each = a[++at]) {
      common += Math.max(0, Math.min(each.to, to) - Math.max(each.from, from) + 1)
      // It may reach into the next range of the other set.
      if (each.to > to) break
    }
  }
  return common
}

/** The numbers in [from, before) that the set does not hold. */
export function holesOf(set: IntervalSet, from: number, before: number): IntervalSet {
  const holes: SeqRange[] = []
  let next = from
  for (let at = firstReaching(set, from), each = set[at]; each !== undefined && each.from < before; each = set[++at]) {
    if (each.from > next) holes.push({ from: next, to: each.from - 1 })
    next = each.to + 1
  }
  if (next < before) holes.push({ from: next, to: before - 1 })
  return holes
}

/** What is in the one set and not in the other. */
export function without(set: IntervalSet, other: IntervalSet): IntervalSet {
  return set.flatMap(({ from, to }) => holesOf(other, from, to + 1))
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
