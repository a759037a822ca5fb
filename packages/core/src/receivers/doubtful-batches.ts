/** Remembers which receivers may hold a batch although they have not said so. */
export interface DoubtfulBatches<Member> {
  /** The receiver that the batch has to stay with for now. */
  pinOf(batchId: string): Member | null
  /** All receivers that may hold the batch. */
  of(batchId: string): readonly Member[]
  doubt(batchId: string, member: Member): void
  /** The batch has found its end. */
  settle(batchId: string): void
  /** No batch has to stay anywhere from now on. */
  release(): void
}

/** A receiver that took the batch and lost the connection tells so within this time, if it tells at all. */
const PIN_MS = 60_000
/** Few batches are under way at once; the oldest doubt is forgotten first. */
const MAX_BATCHES = 256

/** Makes an empty memory. A batch is pinned once to each receiver, from its first doubtful attempt there. */
export function createDoubtfulBatches<Member>(monotonicMs: () => number): DoubtfulBatches<Member> {
  let released = false
  const doubts = new Map<string, { readonly members: Member[]; sinceMs: number }>()
  return {
    pinOf(batchId) {
      const doubt = doubts.get(batchId)
      if (doubt === undefined || released || monotonicMs() - doubt.sinceMs >= PIN_MS) return null
      return doubt.members.at(-1) ?? null
    },
    of: (batchId) => doubts.get(batchId)?.members ?? [],
    doubt(batchId, member) {
      const doubt = doubts.get(batchId)
      if (doubt?.members.includes(member) === true) return
      doubts.set(batchId, { members: [...(doubt?.members ?? []), member], sinceMs: monotonicMs() })
      for (const oldest of doubts.keys()) {
        if (doubts.size <= MAX_BATCHES) break
        doubts.delete(oldest)
      }
    },
    settle: (batchId) => void doubts.delete(batchId),
    release: () => void (released = true),
  }
}
