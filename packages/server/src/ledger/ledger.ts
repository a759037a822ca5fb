import type { SeqRange } from '../journal/journal-batch.ts'
import { addRange, contains, type IntervalSet } from './interval-set.ts'

/** Which seqs of which producer were taken. It holds only what is durably journaled. */
export interface Ledger {
  has(key: ProducerKey, seq: number): boolean
  /** The greatest seq that was taken; `null` of a producer that is not known. */
  last(key: ProducerKey): number | null
  add(key: ProducerKey, ranges: readonly SeqRange[], seenAt: number): void
}

export interface ProducerKey {
  readonly projectId: number
  readonly producerId: string
}

export interface LedgerOptions {
  /**
   * Ranges that one producer may have; past it, the lowest hole counts as taken. Holes are drops, so a producer gets
   * here only after as many separate losses, and the lowest hole is one that no retry still fills.
   * @default 1024
   */
  readonly maxRanges?: number
  /**
   * Producers that are remembered; past it, the one that was silent longest is forgotten.
   * @default 100000
   */
  readonly maxProducers?: number
}

interface Entry {
  ranges: IntervalSet
  seenAt: number
}

export function createLedger({ maxRanges = 1_024, maxProducers = 100_000 }: LedgerOptions = {}): Ledger {
  /** In the order of `seenAt`: the first is the one that was silent longest. */
  const entries = new Map<string, Entry>()

  return {
    has(key, seq) {
      const entry = entries.get(toText(key))
      return entry !== undefined && contains(entry.ranges, seq)
    },
    last: (key) => entries.get(toText(key))?.ranges.at(-1)?.to ?? null,
    add(key, ranges, seenAt) {
      const text = toText(key)
      const entry = entries.get(text) ?? { ranges: [], seenAt }
      for (const range of ranges) entry.ranges = closeHoles(addRange(entry.ranges, range), maxRanges)
      entry.seenAt = Math.max(entry.seenAt, seenAt)
      entries.delete(text)
      entries.set(text, entry)
      if (entries.size <= maxProducers) return
      const [oldest] = entries.keys()
      if (oldest !== undefined) entries.delete(oldest)
    },
  }
}

function toText({ projectId, producerId }: ProducerKey): string {
  return `${projectId}:${producerId}`
}

function closeHoles(set: IntervalSet, maxRanges: number): IntervalSet {
  const [first, second, ...rest] = set
  if (set.length <= maxRanges || first === undefined || second === undefined) return set
  return [{ from: first.from, to: second.to }, ...rest]
}
