import { expect } from 'vitest'
import type { SpoolBatch, SpoolPlace, TakenBatch } from '../../src/spool/spool.ts'

/** What a spool must do, in the simplest words: each batch is in one state. */
export type BatchState =
  /** Somebody has it in memory, and it is on disk. */
  | 'held'
  | 'waiting'
  /** It made room while it was held: in memory only. */
  | 'memory'
  | 'settled'
  | 'lost'
  /** The disk was in trouble: it may be there or not. */
  | 'doubtful'

interface Known {
  readonly batch: SpoolBatch
  readonly order: number
  state: BatchState
  place: SpoolPlace | null
}

export function createReference() {
  const batches = new Map<string, Known>()
  const keyOf = ({ producerId, firstSeq }: SpoolBatch) => `${producerId}:${firstSeq}`
  const all = () => [...batches.entries()]

  function get(key: string): Known {
    const known = batches.get(key)
    if (known === undefined) throw new Error(`nobody has appended ${key}`)
    return known
  }

  return {
    append(batch: SpoolBatch, place: SpoolPlace | null): void {
      batches.set(keyOf(batch), { batch, order: batches.size, state: place === null ? 'doubtful' : 'held', place })
    },
    leave(batch: SpoolBatch): void {
      batches.set(keyOf(batch), { batch, order: batches.size, state: 'waiting', place: null })
    },
    /** One of those that are held, if any. */
    held(which: number): { readonly key: string; readonly place: SpoolPlace } | null {
      const held = all().flatMap(([key, { state, place }]) => (state === 'held' && place !== null ? [{ key, place }] : []))
      return held[which % held.length] ?? null
    },
    settle(key: string, troubled: boolean): void {
      get(key).state = troubled ? 'doubtful' : 'settled'
    },
    release(key: string, isThere: boolean): void {
      get(key).state = isThere ? 'waiting' : 'memory'
    },
    lose(key: string): void {
      const known = get(key)
      expect(['waiting', 'doubtful'], `${key} is told as lost`).toContain(known.state)
      known.state = 'lost'
    },
    take(taken: TakenBatch | null, troubled: boolean): void {
      const waiting = all().filter(([, { state }]) => state === 'waiting')
      const [oldest] = waiting.sort(([, a], [, b]) => a.order - b.order)
      if (taken === null) {
        if (!troubled) expect(waiting.map(([key]) => key), 'nothing waits').toEqual([])
        return
      }
      const key = keyOf(taken.batch)
      const known = get(key)
      expect(['waiting', 'doubtful'], `${key} is taken`).toContain(known.state)
      expect(Buffer.compare(taken.batch.body, known.batch.body)).toBe(0)
      if (!troubled && known.state === 'waiting') expect(key, 'the oldest first').toBe(oldest?.[0])
      known.state = 'held'
      known.place = taken.place
    },
    /** The process ends: what it held is there for the next, unless it had to make room. */
    restart(isThere: (place: SpoolPlace) => boolean): void {
      for (const [, known] of all()) {
        const { state, place } = known
        if (state === 'memory') known.state = 'lost'
        if (state === 'held') known.state = place !== null && isThere(place) ? 'waiting' : 'lost'
      }
    },
    expectEmpty(): void {
      const left = all().filter(([, { state }]) => !['settled', 'lost', 'doubtful'].includes(state))
      expect(left.map(([key, { state }]) => `${key} ${state}`)).toEqual([])
    },
  }
}
