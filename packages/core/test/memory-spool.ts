import type { Spool, SpoolBatch, SpoolOptions, SpoolPlace } from '../src/spool/spool.ts'

/** A spool without a disk: what `append` and `release` promise, in memory. */
export interface MemorySpool {
  readonly open: (hooks: Pick<SpoolOptions, 'onDropped' | 'onAdopted' | 'onProblem'>) => Spool
  /** What lies on it, the oldest first. */
  readonly batches: () => readonly SpoolBatch[]
  /** Appends are refused from now on. */
  refuse(): void
  /** Loses the oldest batch that nobody holds. */
  loseOldest(): void
}

/** `left` is what an earlier process has left. */
export function createMemorySpool(producerId: string, left: readonly SpoolBatch[] = []): MemorySpool {
  const places = new Map<SpoolPlace, { readonly batch: SpoolBatch; held: boolean }>()
  let refuses = false
  let hooks: Parameters<MemorySpool['open']>[0] | null = null
  const put = (batch: SpoolBatch, held: boolean) => {
    const place = { bytes: batch.body.byteLength }
    places.set(place, { batch, held })
    return place
  }
  const own = () => [...places.values()].filter(({ batch }) => batch.producerId === producerId)
  return {
    open(given) {
      hooks = given
      for (const batch of left) put(batch, false)
      if (left.length > 0) queueMicrotask(given.onAdopted)
      return {
        append: (batch) => Promise.resolve(refuses ? null : put(batch, true)),
        appendSync(batches, timeoutMs) {
          const untilMs = performance.now() + timeoutMs
          let written = 0
          for (const batch of refuses ? [] : batches) {
            put(batch, false)
            written++
            if (performance.now() >= untilMs) break
          }
          return written
        },
        take() {
          for (const [place, entry] of places) {
            if (entry.held) continue
            entry.held = true
            return Promise.resolve({ batch: entry.batch, place })
          }
          return Promise.resolve(null)
        },
        settle: (place) => Promise.resolve(void places.delete(place)),
        release(place) {
          const entry = places.get(place)
          if (entry !== undefined) entry.held = false
          return entry !== undefined
        },
        stats: () => ({
          bytes: own().reduce((sum, { batch }) => sum + batch.body.byteLength, 0),
          adoptedBytes: 0,
          batches: own().length,
          events: own().reduce((sum, { batch }) => sum + batch.events, 0),
          oldestAt: own().length === 0 ? null : Math.min(...own().map(({ batch }) => batch.pushedAt)),
          corruptBatches: 0,
          degraded: refuses,
        }),
        close: () => Promise.resolve(),
      }
    },
    batches: () => [...places.values()].map(({ batch }) => batch),
    refuse: () => void (refuses = true),
    loseOldest() {
      for (const [place, { batch, held }] of places) {
        if (held) continue
        places.delete(place)
        hooks?.onDropped({ reason: 'spool_overflow', ...batch })
        return
      }
    },
  }
}
