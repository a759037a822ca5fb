import type { JournalBatch } from '../journal/journal-batch.ts'
import type { StoredLedger, Told } from '../store/store.ts'

/** All that is known beside events, as batches without any. */
export function toToldBatches({ intervals, producers }: StoredLedger, { shed, dropped, stacks }: Told): readonly JournalBatch[] {
  const books = new Map(producers.map((each) => [`${each.projectId}:${each.producerId}`, each.books]))
  const ranges = new Map<string, JournalBatch>()
  for (const { projectId, producerId, from, to, seenAt } of intervals) {
    const key = `${projectId}:${producerId}`
    const batch = ranges.get(key) ?? { ...NOTHING, projectId, producerId, books: books.get(key) ?? null, receivedAt: seenAt }
    ranges.set(key, { ...batch, ranges: [...batch.ranges, { from, to }] })
  }
  const booksAlone = producers.filter(({ projectId, producerId }) => !ranges.has(`${projectId}:${producerId}`))
  return [
    ...ranges.values(),
    ...booksAlone.map((each) => ({ ...NOTHING, ...each, receivedAt: each.books.lastSeenAt })),
    ...shed.map(({ projectId, ...counts }) => ({ ...NOTHING, projectId, shed: [counts] })),
    ...dropped.map(({ projectId, minute, events }) => ({ ...NOTHING, projectId, dropped: events, receivedAt: minute * 60_000 })),
    ...stacks.map(({ projectId, seenAt, ...stack }) => ({ ...NOTHING, projectId, stacks: [stack], receivedAt: seenAt })),
  ]
}

/** A batch of somebody who tells nothing. Only of batches with a producer is read what they tell. */
const NOTHING = { producerId: 'moved', ranges: [], books: null, shed: [], dropped: 0, receivedAt: 0, stacks: [], events: [] } as const
