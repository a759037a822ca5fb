import type { DeliveryNotice, Producer } from '@wayside/protocol'
import type { Store } from '../store/store.ts'
import { listProducers } from './producers.ts'

/** Events on their way are no news: a batch waits for a second, a retry for some more. */
const LATE_MS = 60_000
const NAMED = 5

/** The time that a notice is about: milliseconds since 1970, [from, to). */
export interface NoticeRange {
  readonly from: number
  readonly to: number
}

/** Says what a report of a period lacks. */
export async function readDeliveryNotice(store: Store, projectId: number, { from, to }: NoticeRange, now: number): Promise<DeliveryNotice> {
  const [producers, dropped] = await Promise.all([listProducers(store, { projectId, seenSince: from }, now), store.countDropped({ projectId, from, to })])
  const sum = (of: (producer: Producer) => number) => producers.reduce((total, producer) => total + of(producer), 0)
  const late = producers
    .flatMap(({ state, pendingSince, producerId, service, instance }) =>
      state === 'live' && pendingSince !== null && pendingSince < now - LATE_MS ? [{ producerId, service, instance, pendingSince }] : [],
    )
    .sort((a, b) => a.pendingSince - b.pendingSince)
  return {
    lost: sum((producer) => countLostIn(producer, { from, to })),
    dropped: Math.max(0, dropped),
    unaccounted: sum(({ unaccounted }) => unaccounted),
    pendingSince: late[0]?.pendingSince ?? null,
    late: late.slice(0, NAMED),
  }
}

/** At most what is lost in all: what a producer counts as dropped explains some of its gaps. */
function countLostIn({ lost, gaps }: Producer, { from, to }: NoticeRange): number {
  const missing = gaps.reduce((total, { events, after, before }) => total + (before >= from && (after ?? before) < to ? events : 0), 0)
  return Math.min(lost, missing)
}
