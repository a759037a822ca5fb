import { readFile } from 'node:fs/promises'
import { readSegment } from '../../journal/read-segment.ts'
import { addRange, type IntervalSet } from '../../ledger/interval-set.ts'
import type { LedgerInterval, Store } from '../store.ts'
import type { StoredEvent } from '../stored-event.ts'
import { aggregateEvents } from './aggregate-events.ts'
import { listEvents } from './list-events.ts'

/**
 * A store that keeps every event in memory and scans them all for every question: slow, without limits, and so plain
 * that the other engines are tested against it.
 */
export function createMemoryStore(): Store {
  let events: StoredEvent[] = []
  const producers = new Map<string, { projectId: number; producerId: string; ranges: IntervalSet; seenAt: number }>()
  let segment = 0
  let eventId = 0

  return {
    async append({ number, path }) {
      if (number <= segment) return
      const content = readSegment(await readFile(path, 'utf8'))
      for (const { projectId, producerId, ranges, receivedAt } of content.headers) {
        if (producerId === null) continue
        const key = `${projectId}:${producerId}`
        const producer = producers.get(key) ?? { projectId, producerId, ranges: [], seenAt: receivedAt }
        for (const range of ranges) producer.ranges = addRange(producer.ranges, range)
        producer.seenAt = Math.max(producer.seenAt, receivedAt)
        producers.set(key, producer)
      }
      for (const event of content.events) {
        events.push(event)
        eventId = Math.max(eventId, event.id)
      }
      segment = number
    },
    accepts: async () => true,
    aggregate: async (query) => aggregateEvents(events, query),
    list: async (query) => listEvents(events, query),
    async prune({ projectId }) {
      const kept = events.filter((event) => event.projectId !== projectId)
      const removed = events.length - kept.length
      events = kept
      return { events: removed }
    },
    storedUpTo: async () => ({ segment, loaded: segment, eventId }),
    ledger: async () =>
      [...producers.values()].flatMap(({ ranges, projectId, producerId, seenAt }) =>
        ranges.map(({ from, to }): LedgerInterval => ({ projectId, producerId, from, to, seenAt })),
      ),
    fault: () => null,
    alarms: () => [],
    close: async () => undefined,
  }
}
