import type { SeqRange } from '@wayside/protocol'

/** Seqs, kept as the few ascending ranges that they nearly always are. */
export interface SeqSet {
  add(seq: number): void
  /** Adds ascending ranges, in time that grows with the ranges on both sides. */
  addAll(ranges: readonly SeqRange[]): void
  /** Removes and returns the lowest ranges, at most `max`. */
  take(max: number): readonly SeqRange[]
  readonly ranges: readonly SeqRange[]
  /** The lowest seq that is not in the set. */
  readonly firstMissing: number
}

interface Range {
  from: number
  to: number
}

export function createSeqSet(): SeqSet {
  let ranges: Range[] = []
  return {
    add(seq) {
      const last = ranges[ranges.length - 1]
      if (last === undefined || seq > last.to + 1) ranges.push({ from: seq, to: seq })
      else if (seq === last.to + 1) last.to = seq
      else insert(ranges, seq)
    },
    addAll(more) {
      ranges = union(ranges, more)
    },
    take(max) {
      return ranges.splice(0, max)
    },
    get ranges() {
      return ranges
    },
    get firstMissing() {
      const first = ranges[0]
      return first === undefined || first.from > 0 ? 0 : first.to + 1
    },
  }
}

/** Adds a seq that is not beyond the last range: joins the ranges that it touches. */
function insert(ranges: Range[], seq: number): void {
  const at = firstEndingAt(ranges, seq - 1)
  const before = ranges[at]
  if (before === undefined || before.from > seq + 1) ranges.splice(at, 0, { from: seq, to: seq })
  else if (before.from === seq + 1) before.from = seq
  else if (before.to === seq - 1) {
    before.to = seq
    const after = ranges[at + 1]
    if (after === undefined || after.from !== seq + 1) return
    before.to = after.to
    ranges.splice(at + 1, 1)
  }
}

/** The position of the first range that ends at `seq` or later. */
function firstEndingAt(ranges: readonly Range[], seq: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.to ?? Infinity) < seq) low = middle + 1
    else high = middle
  }
  return low
}

function union(a: readonly SeqRange[], b: readonly SeqRange[]): Range[] {
  const joined: Range[] = []
  let atA = 0
  let atB = 0
  for (;;) {
    const nextA = a[atA]
    const nextB = b[atB]
    const next = nextB === undefined || (nextA !== undefined && nextA.from <= nextB.from) ? nextA : nextB
    if (next === undefined) return joined
    if (next === nextA) atA++
    else atB++
    const last = joined[joined.length - 1]
    if (last !== undefined && next.from <= last.to + 1) last.to = Math.max(last.to, next.to)
    else joined.push({ from: next.from, to: next.to })
  }
}

/** The ranges without some of their seqs. */
export function exclude(ranges: readonly SeqRange[], seqs: ReadonlySet<number>): SeqRange[] {
  if (seqs.size === 0) return [...ranges]
  const holes = [...seqs].sort((a, b) => a - b)
  return ranges.flatMap(({ from, to }) => {
    const parts: SeqRange[] = []
    let start = from
    for (const hole of holes) {
      if (hole < start || hole > to) continue
      if (hole > start) parts.push({ from: start, to: hole - 1 })
      start = hole + 1
    }
    if (start <= to) parts.push({ from: start, to })
    return parts
  })
}

/** The first `count` seqs of ranges, and the rest. */
export function cutRanges(ranges: readonly SeqRange[], count: number): readonly [SeqRange[], SeqRange[]] {
  const first: SeqRange[] = []
  const rest: SeqRange[] = []
  let left = count
  for (const { from, to } of ranges) {
    const middle = Math.min(to + 1, from + left)
    if (middle > from) first.push({ from, to: middle - 1 })
    if (middle <= to) rest.push({ from: middle, to })
    left -= middle - from
  }
  return [first, rest]
}
