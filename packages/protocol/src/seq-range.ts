import { Refusal, isCount } from './read-column.ts'

/** Seqs from `from` to `to`, both included. */
export interface SeqRange {
  readonly from: number
  readonly to: number
}

/**
 * Ranges as they travel, in one list of numbers: for each range its distance from the end of the one before (the first
 * from 0) and its length. They ascend and do not touch.
 */
export type WireRanges = readonly number[]

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

/** How many seqs the ranges hold. */
export function countSeqs(ranges: readonly SeqRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)
}

export function encodeRanges(ranges: readonly SeqRange[]): WireRanges {
  let end = 0
  return ranges.flatMap(({ from, to }) => {
    const distance = from - end
    end = to + 1
    return [distance, end - from]
  })
}

/** At most `max` ranges. Refuses what is no such list. */
export function readRanges(value: unknown, max: number, name: string): readonly SeqRange[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length % 2 !== 0 || value.length > 2 * max || !value.every(isCount))
    throw new Refusal(`${name} must be at most ${max} pairs of whole numbers`)
  const ranges: SeqRange[] = []
  let end = 0
  for (let at = 0; at < value.length; at += 2) {
    const from: number = end + (value[at] ?? 0)
    const length: number = value[at + 1] ?? 0
    end = from + length
    if (length < 1 || !isCount(end)) throw new Refusal(`${name} must be ranges of at least one seq`)
    ranges.push({ from, to: end - 1 })
  }
  return ranges
}
