import { expect } from 'vitest'
import { countSeqs, type ParsedBatch, type SeqRange } from '@wayside/protocol'

/** What a server must know of the events of several producers, in the simplest words: each is in at most one set. */
export interface ReferenceServer {
  /** Takes a batch durably; what it has already counts once. */
  take(batch: ParsedBatch): void
  /** Seqs below `captured` of which it has neither heard nor taken anything. */
  unknown(producerId: string, captured: number): number[]
  stored(producerId: string): ReadonlySet<number>
}

interface Known {
  readonly stored: Set<number>
  /** Told as dropped or shed, and not stored. */
  readonly lost: Set<number>
  captured: number
}

export function createReferenceServer(): ReferenceServer {
  const producers = new Map<string, Known>()

  function of(producerId: string): Known {
    const known = producers.get(producerId) ?? { stored: new Set(), lost: new Set(), captured: 0 }
    producers.set(producerId, known)
    return known
  }

  return {
    take({ head: { producerId, books }, events, droppedSeqs, shed }) {
      const known = of(producerId)
      for (const { seq } of events) {
        expect(known.lost.has(seq), `${seq} is told as lost and comes all the same`).toBe(false)
        known.stored.add(seq)
      }
      // What is told as lost may have come by an attempt whose answer did not: then it is stored.
      for (const ranges of [droppedSeqs, ...shed.map(({ seqs }) => seqs)]) for (const seq of seqsOf(ranges)) if (!known.stored.has(seq)) known.lost.add(seq)
      for (const { rows, seqs } of shed) expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(countSeqs(seqs))
      known.captured = Math.max(known.captured, books.captured)
      for (const seq of [...known.stored, ...known.lost]) expect(seq, 'a seq was captured').toBeLessThan(known.captured)
      for (let seq = 0; seq < books.settledBefore; seq++) expect(known.stored.has(seq) || known.lost.has(seq), `${seq} is told as settled`).toBe(true)
    },
    unknown(producerId, captured) {
      const { stored, lost } = of(producerId)
      return Array.from({ length: captured }, (_, seq) => seq).filter((seq) => !stored.has(seq) && !lost.has(seq))
    },
    stored: (producerId) => of(producerId).stored,
  }
}

function seqsOf(ranges: readonly SeqRange[]): number[] {
  return ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => from + at))
}
