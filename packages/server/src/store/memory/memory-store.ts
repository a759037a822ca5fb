import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { ThrownStack } from '@wayside/protocol'
import { readSegment } from '../../journal/read-segment.ts'
import { addRange, type IntervalSet } from '../../ledger/interval-set.ts'
import { toNamingFilter } from '../named-consumer.ts'
import type { LedgerInterval, Store, StoredBooks } from '../store.ts'
import type { StoredEvent } from '../stored-event.ts'
import { thinEvent } from '../thin-event.ts'
import { answerQuestion } from './answer-question.ts'
import { countEvent, countShed, type Counted } from './counted.ts'
import { listEvents } from './list-events.ts'
import { toPasses } from './passes.ts'

/**
 * A store that keeps every event in memory and scans them all for every question: slow, without limits, and so plain
 * that the other engines are tested against it.
 */
export function createMemoryStore(): Store {
  let events: StoredEvent[] = []
  let counted: Counted[] = []
  let dropped: { readonly projectId: number; readonly time: number; readonly events: number }[] = []
  let books = new Map<string, StoredBooks>()
  let stacks: { readonly projectId: number; readonly fingerprint: string; readonly stack: ThrownStack }[] = []
  const producers = new Map<string, { projectId: number; producerId: string; ranges: IntervalSet; seenAt: number }>()
  let segment = 0
  let eventId = 0

  return {
    async append({ number, path }) {
      if (number <= segment) return
      const content = readSegment(await readFile(path, 'utf8'))
      for (const header of content.headers) {
        const { projectId, producerId, ranges, receivedAt } = header
        stacks.push(...header.stacks.map(({ fingerprint, ...thrown }) => ({ projectId, fingerprint, stack: { ...thrown, seenAt: receivedAt } })))
        if (producerId === null) continue
        counted.push(...header.shed.map((counts) => countShed(projectId, counts)))
        dropped.push({ projectId, time: receivedAt, events: header.dropped })
        const key = `${projectId}:${producerId}`
        if (header.books !== null) books.set(key, { projectId, producerId, books: header.books })
        const producer = producers.get(key) ?? { projectId, producerId, ranges: [], seenAt: receivedAt }
        for (const range of ranges) producer.ranges = addRange(producer.ranges, range)
        producer.seenAt = Math.max(producer.seenAt, receivedAt)
        producers.set(key, producer)
      }
      for (const event of content.events) {
        events.push(event)
        counted.push(countEvent(event))
        eventId = Math.max(eventId, event.id)
      }
      segment = number
    },
    accepts: async () => true,
    async query(question) {
      question.signal?.throwIfAborted()
      return answerQuestion(counted, question)
    },
    async list(query) {
      query.signal?.throwIfAborted()
      return listEvents(events, query)
    },
    async stack(query) {
      const told = stacks.filter(({ projectId, fingerprint }) => projectId === query.projectId && fingerprint === query.fingerprint)
      return told.toSorted((a, b) => b.stack.seenAt - a.stack.seenAt)[0]?.stack ?? null
    },
    async prune({ projectId, from = -Infinity, before: end, thin = false, consumer }) {
      const isKept = (each: { readonly projectId: number }) => each.projectId !== projectId
      const before = events.length
      if (consumer !== undefined) {
        const names = toPasses(toNamingFilter(consumer))
        events = events.filter((event) => isKept(event) || event.time >= consumer.before || !names(countEvent(event)))
        counted = counted.filter((each) => isKept(each) || each.time >= consumer.before || !names(each))
        return { events: before - events.length }
      }
      if (end !== undefined && thin) {
        const isDetailed = (event: StoredEvent) => !isKept(event) && event.time < end && !isDeepStrictEqual(event, thinEvent(event))
        const detailed = events.filter(isDetailed)
        const thinned = new Map(detailed.map((event) => [event.id, thinEvent(event)]))
        events = events.map((event) => thinned.get(event.id) ?? event)
        counted = [...counted.filter((each) => each.event === null || !thinned.has(each.event)), ...[...thinned.values()].map(countEvent)]
        stacks = stacks.filter((each) => isKept(each) || each.stack.seenAt >= end)
        return { events: detailed.length }
      }
      if (end !== undefined) {
        const isOutside = (time: number) => time < from || time >= end
        events = events.filter((event) => isKept(event) || isOutside(event.time))
        counted = counted.filter((each) => isKept(each) || isOutside(each.time))
        dropped = dropped.filter((each) => isKept(each) || isOutside(each.time))
        stacks = stacks.filter((each) => isKept(each) || isOutside(each.stack.seenAt))
        return { events: before - events.length }
      }
      events = events.filter(isKept)
      counted = counted.filter(isKept)
      dropped = dropped.filter(isKept)
      stacks = stacks.filter(isKept)
      books = new Map([...books].filter(([, each]) => isKept(each)))
      return { events: before - events.length }
    },
    storedUpTo: async () => ({ segment, loaded: segment, eventId }),
    ledger: async () => ({
      intervals: [...producers.values()].flatMap(({ ranges, projectId, producerId, seenAt }) =>
        ranges.map(({ from, to }): LedgerInterval => ({ projectId, producerId, from, to, seenAt })),
      ),
      producers: [...books.values()],
    }),
    producers: async ({ projectId, seenSince }) =>
      [...books.values()]
        .filter((each) => each.projectId === projectId && each.books.lastSeenAt >= seenSince)
        .sort((a, b) => b.books.lastSeenAt - a.books.lastSeenAt || (a.producerId < b.producerId ? -1 : 1)),
    countDropped: async ({ projectId, from, to }) =>
      dropped.filter((each) => each.projectId === projectId && each.time >= from && each.time < to).reduce((sum, { events }) => sum + events, 0),
    fault: () => null,
    alarms: () => [],
    close: async () => undefined,
  }
}
