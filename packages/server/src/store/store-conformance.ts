import { copyFile } from 'node:fs/promises'
import type { DimensionValue } from '@wayside/protocol'
import { expect } from 'vitest'
import type { JournalBatch } from '../journal/journal-batch.ts'
import type { JournalSegment } from '../journal/journal-segment.ts'
import type { ShedCounts } from '../journal/shed-counts.ts'
import { addRange, type IntervalSet } from '../ledger/interval-set.ts'
import type { ProducerBooks } from '../ledger/producer-books.ts'
import { SAMPLE_PRODUCER, SAMPLE_TIME } from '../testing/sample.ts'
import { sampleBatch, sampleBooks, sampleNewEvent } from '../testing/segment-writer.ts'
import { createMemoryStore } from './memory/memory-store.ts'
import { createRandom, randomBatch, RANDOM_FROM, RANDOM_TO } from './random-history.ts'
import { randomFilter } from './random-questions.ts'
import type { StoreDimension, StoreFilter, StoreMeasure, StoreQuery } from './store-query.ts'
import type { LedgerInterval, ListQuery, Store } from './store.ts'

/** What every engine must do. Each case gets an empty store and a way to write the segments that it takes. */
export interface ConformanceCase {
  readonly name: string
  readonly run: (store: Store, writeSegment: (number: number, batches: readonly JournalBatch[]) => Promise<JournalSegment>) => Promise<void>
}

/** Written by the first server, whose journal had a line for each event. */
const BY_LINES = new URL('../../test/journals/by-lines.ndjson', import.meta.url)

export const STORE_CONFORMANCE: readonly ConformanceCase[] = [
  {
    name: 'gives back every member of an event as it was journaled',
    async run(store, writeSegment) {
      const full = sampleNewEvent({
        upstreamUs: 900,
        upstreamCount: 2,
        os: 'Linux',
        device: 'desktop',
        bot: true,
        timeAdjusted: true,
        wallTime: -5,
        userId: 'user-1',
        apiKeyHash: 'a1b2',
        oauthClientId: 'app',
        errorClass: 'TypeError',
        errorFingerprint: 'f00',
        errorMessage: 'no',
        tags: { plan: 'pro', 'quo"ted': 'näh\n' },
      })
      const empty = sampleNewEvent({ route: null, host: null, ip: null, country: null, userAgent: null, durationUs: null, latencyBucket: null, requestBytes: null, responseBytes: null })
      await store.append(await writeSegment(1, [sampleBatch([full, empty])]))
      expect(await store.list(pageOf({}))).toEqual([
        { id: 1, ...full },
        { id: 2, ...empty },
      ])
    },
  },
  {
    name: 'loads a segment as earlier servers wrote it, with a line for each event',
    async run(store, writeSegment) {
      const segment = await writeSegment(1, [])
      await copyFile(BY_LINES, segment.path)
      await store.append({ ...segment, events: 3 })
      const members = { timeAdjusted: true, wallTime: 1_700_000_000_000, upstreamUs: 900, os: 'Linux', bot: true, userId: 'acct_1', errorMessage: 'is no "number"\n', tags: { plan: 'pro' } }
      expect(await store.list(pageOf({}))).toMatchObject([
        { path: '/full', status: 200, latencyBucket: 187, ...members },
        { path: '/bare', status: 404, route: null, durationUs: null, bot: false, tags: null, consumerKind: 'unknown' },
        { path: '/later', timeAdjusted: false },
      ])
      expect((await store.ledger()).intervals).toMatchObject([{ from: 1, to: 3 }])
      expect(await store.storedUpTo()).toMatchObject({ loaded: 1, eventId: 3 })
    },
  },
  {
    name: 'gives back events of which each column is alike, differs, or is missing in some',
    async run(store, writeSegment) {
      const events = Array.from({ length: 300 }, (_, at) =>
        sampleNewEvent({ path: `/${at}`, status: at % 2 === 0 ? 200 : 404, bot: at % 3 === 0, durationUs: at % 5 === 0 ? null : at, userId: at % 7 === 0 ? null : `user-${at % 11}`, tags: at % 13 === 0 ? { at: String(at) } : null }),
      )
      await store.append(await writeSegment(1, [sampleBatch(events.slice(0, 1)), sampleBatch(events.slice(1, 3)), sampleBatch([]), sampleBatch(events.slice(3))]))
      expect(await store.list({ ...pageOf({}), limit: 1_000 })).toEqual(events.map((event, at) => ({ id: at + 1, ...event })))
    },
  },
  {
    name: 'keeps hostile texts as they are',
    async run(store, writeSegment) {
      const texts = [`'; DROP TABLE events; --`, '{"crc":"00000000","batch":{}}', '\u0000\u001b[2J\u2028"\\', '__proto__', '😀', 'null', 'true', '2026-01-01', '1e999', '']
      const events = texts.map((text) => sampleNewEvent({ path: text, userAgent: text, userId: text, consumer: text, tags: { [`${text}!`]: text } }))
      await store.append(await writeSegment(1, [sampleBatch(events)]))
      const stored = await store.list(pageOf({}))
      expect(stored.map(({ path, userAgent, userId, tags }) => ({ path, userAgent, userId, tags }))).toEqual(
        events.map(({ path, userAgent, userId, tags }) => ({ path, userAgent, userId, tags })),
      )
      for (const text of texts) expect(await store.list(pageOf({ filters: { where: is('path', text) } })), text).toHaveLength(1)
    },
  },
  {
    name: 'loads a segment whose texts hold half a surrogate pair',
    async run(store, writeSegment) {
      const event = sampleNewEvent({ path: 'a\ud800b', userAgent: '\udfff', tags: { '\ud83d': '\ud83d' } })
      const stacks = [{ fingerprint: '\ud800', errorClass: '\ud800', frames: ['\ud800'] }]
      await store.append(await writeSegment(1, [sampleBatch([event], { stacks })]))
      expect(await store.stack({ projectId: 1, fingerprint: '\ufffd' })).toMatchObject({ errorClass: '\ufffd', frames: ['\ufffd'] })
      expect(await store.list(pageOf({}))).toMatchObject([{ path: 'a\ufffdb', userAgent: '\ufffd', tags: { '\ufffd': '\ufffd' } }])
    },
  },
  {
    name: 'gives back the stack of an error as it was last told, of its project alone',
    async run(store, writeSegment) {
      const told = (errorClass: string, over: Partial<JournalBatch> = {}) => sampleBatch([sampleNewEvent()], { stacks: [{ fingerprint: `f'00`, errorClass, frames: ['a "quoted" (b.ts:1:2)', ''] }], ...over })
      const later = { receivedAt: SAMPLE_TIME + 3_600_000 }
      await store.append(await writeSegment(1, [told('Old'), told('Other', { projectId: 2, ...later })]))
      await store.append(await writeSegment(2, [told('New', later)]))
      expect(await store.stack({ projectId: 1, fingerprint: `f'00` })).toEqual({ errorClass: 'New', frames: ['a "quoted" (b.ts:1:2)', ''], seenAt: later.receivedAt })
      expect(await store.stack({ projectId: 1, fingerprint: 'unknown' })).toBeNull()
      await store.prune({ projectId: 1 })
      expect([await store.stack({ projectId: 1, fingerprint: `f'00` }), await store.stack({ projectId: 2, fingerprint: `f'00` })]).toMatchObject([null, { errorClass: 'Other' }])
    },
  },
  {
    name: 'lists what was received last, however late it is',
    async run(store, writeSegment) {
      const event = (path: string, ms: number, receivedMs: number) => sampleNewEvent({ path, time: SAMPLE_TIME + ms, receivedAt: SAMPLE_TIME + receivedMs })
      await store.append(await writeSegment(1, [sampleBatch([event('/a', 0, 10), event('/b', 5, 10)])]))
      await store.append(await writeSegment(2, [sampleBatch([event('/late', -86_400_000, 20), event('/c', 15, 20)])]))
      const list = async (over: Partial<ListQuery>) => (await store.list(pageOf({ order: 'received', ...over }))).map(({ path }) => path)
      expect(await list({})).toEqual(['/c', '/late', '/b', '/a'])
      expect(await list({ filters: { receivedFrom: SAMPLE_TIME + 20 } })).toEqual(['/c', '/late'])
      expect(await list({ filters: { receivedFrom: SAMPLE_TIME + 11, from: SAMPLE_TIME }, limit: 1 })).toEqual(['/c'])
    },
  },
  {
    name: 'takes a segment once, however often it is given',
    async run(store, writeSegment) {
      const segment = await writeSegment(1, [sampleBatch([sampleNewEvent(), sampleNewEvent()])])
      await store.append(segment)
      await store.append(segment)
      expect(await store.list(pageOf({}))).toHaveLength(2)
      expect(await countRequests(store, 1)).toBe(2)
    },
  },
  {
    name: 'joins the ledger of a producer over batches and segments, and keeps its holes',
    async run(store, writeSegment) {
      const take = (from: number, to: number) => sampleBatch([sampleNewEvent()], { ranges: [{ from, to }] })
      await store.append(await writeSegment(1, [take(1, 10), take(11, 20), take(31, 40)]))
      await store.append(await writeSegment(2, [take(21, 25), sampleBatch([sampleNewEvent()], { producerId: null, ranges: [] })]))
      await store.append(await writeSegment(3, [take(50, 50), sampleBatch([sampleNewEvent({ projectId: 2 })], { projectId: 2 })]))
      expect(byProject((await store.ledger()).intervals)).toEqual([
        { projectId: 1, producerId: SAMPLE_PRODUCER, from: 1, to: 25, seenAt: SAMPLE_TIME },
        { projectId: 1, producerId: SAMPLE_PRODUCER, from: 31, to: 40, seenAt: SAMPLE_TIME },
        { projectId: 1, producerId: SAMPLE_PRODUCER, from: 50, to: 50, seenAt: SAMPLE_TIME },
        { projectId: 2, producerId: SAMPLE_PRODUCER, from: 1, to: 1, seenAt: SAMPLE_TIME },
      ])
    },
  },
  {
    name: 'gives back the newest books of each producer, whatever else a batch holds',
    async run(store, writeSegment) {
      const books = (revision: number, over: Partial<ProducerBooks> = {}) =>
        sampleBooks({
          revision,
          lastSeenAt: SAMPLE_TIME + revision,
          told: { captured: 9, dropped: { auth: 2 }, shed: 0, settledBefore: 4, oldestPendingAt: 1.5e12, spoolBytes: 2 ** 40, closed: true },
          gaps: [{ from: 2, to: 3, events: 2, noticedAt: SAMPLE_TIME, after: null, before: SAMPLE_TIME }],
          ...over,
        })
      const other = { producerId: 'b'.repeat(32) }
      const hostile = books(1, { sender: { ...books(1).sender, service: `'; "\\\n\u0000😀 {"books":null}` } })
      const heartbeat = (own: ProducerBooks, over: Partial<JournalBatch> = {}) => sampleBatch([], { ranges: [], books: own, ...over })
      await store.append(await writeSegment(1, [heartbeat(books(1)), heartbeat(hostile, other), sampleBatch([sampleNewEvent()], { books: books(2) })]))
      await store.append(await writeSegment(2, [heartbeat(books(3)), heartbeat(books(7), { projectId: 2 })]))
      const known = [
        { projectId: 1, producerId: SAMPLE_PRODUCER, books: books(3) },
        { projectId: 1, producerId: 'b'.repeat(32), books: hostile },
      ]
      expect(await store.producers({ projectId: 1, seenSince: 0 })).toEqual(known)
      expect(await store.producers({ projectId: 1, seenSince: SAMPLE_TIME + 2 })).toEqual(known.slice(0, 1))
      expect((await store.ledger()).producers).toHaveLength(3)
      expect((await store.ledger()).producers).toEqual(expect.arrayContaining(known))
      await store.prune({ projectId: 1 })
      expect((await store.ledger()).producers).toMatchObject([{ projectId: 2 }])
    },
  },
  {
    name: 'keeps the whole ledger of a producer as long as its newest part',
    async run(store, writeSegment) {
      const take = (from: number, receivedAt: number) => sampleBatch([sampleNewEvent()], { ranges: [{ from, to: from }], receivedAt })
      await store.append(await writeSegment(1, [take(1, SAMPLE_TIME)]))
      await store.append(await writeSegment(2, [take(9, SAMPLE_TIME + 5)]))
      expect((await store.ledger()).intervals.map(({ seenAt }) => seenAt)).toEqual([SAMPLE_TIME + 5, SAMPLE_TIME + 5])
    },
  },
  {
    name: 'counts shed events without listing them, until they are pruned',
    async run(store, writeSegment) {
      await store.append(await writeSegment(1, [sampleBatch([sampleNewEvent()]), sampleBatch([], { ranges: [{ from: 10, to: 19 }], shed: [SHED_ROW] })]))
      expect(await countRequests(store, 1)).toBe(11)
      expect(await store.list(pageOf({}))).toHaveLength(1)
      await store.prune({ projectId: 1 })
      expect(await countRequests(store, 1)).toBe(0)
    },
  },
  {
    name: 'counts dropped events by when they were told of, and never as requests',
    async run(store, writeSegment) {
      const told = (dropped: number, receivedAt: number, projectId = 1) => sampleBatch([], { projectId, ranges: [], dropped, receivedAt })
      const hour = HOUR.from
      await store.append(await writeSegment(1, [told(5, hour), told(7, hour + 60_000), told(100, hour + 7_200_000), told(9, hour, 2)]))
      await store.append(await writeSegment(2, [told(-2, hour + 60_001)]))
      const count = (from: number, to: number) => store.countDropped({ projectId: 1, from, to })
      expect([await count(hour, hour + 60_000), await count(hour + 60_000, HOUR.to), await count(hour, hour + 8_000_000)]).toEqual([5, 5, 110])
      expect(await countRequests(store, 1)).toBe(0)
      await store.prune({ projectId: 1 })
      expect(await count(0, SAMPLE_TIME * 2)).toBe(0)
    },
  },
  {
    name: 'takes the greatest numbers that may be sent, and their sums stay at the greatest that it can hold',
    async run(store, writeSegment) {
      const most = Number.MAX_SAFE_INTEGER
      const events = Array.from({ length: 1_100 }, () => sampleNewEvent({ requestBytes: most, responseBytes: most }))
      const shed = { ...SHED_ROW, requests: most, aborted: most, requestBytes: most, responseBytes: most, buckets: [1], counts: [most] }
      await store.append(await writeSegment(1, [sampleBatch(events), sampleBatch([], { ranges: [{ from: 0, to: most - 1 }], shed: [shed, shed], dropped: most })]))
      const { rows } = await store.query(allOf(1))
      const [row] = rows
      expect(row).toMatchObject({ requestBytes: most, responseBytes: most })
      expect(row?.requests).toBeGreaterThanOrEqual(2 ** 31 - 1)
      expect(await store.countDropped({ projectId: 1, ...HOUR })).toBeGreaterThanOrEqual(2 ** 31 - 1)
    },
  },
  {
    name: 'answers nothing about an empty project',
    async run(store) {
      expect(await countRequests(store, 1)).toBe(0)
      expect(await store.list(pageOf({}))).toEqual([])
      expect(await store.ledger()).toEqual({ intervals: [], producers: [] })
      expect(await store.producers({ projectId: 1, seenSince: 0 })).toEqual([])
      expect(await store.countDropped({ projectId: 1, ...HOUR })).toBe(0)
    },
  },
  {
    name: 'never mixes projects, and prunes one without touching the other',
    async run(store, writeSegment) {
      const other = sampleBatch([sampleNewEvent({ projectId: 2 })], { projectId: 2 })
      await store.append(await writeSegment(1, [sampleBatch([sampleNewEvent(), sampleNewEvent()]), other]))
      expect(await countRequests(store, 2)).toBe(1)
      expect(await store.prune({ projectId: 1 })).toEqual({ events: 2 })
      expect(await store.list(pageOf({}))).toEqual([])
      expect(await countRequests(store, 1)).toBe(0)
      expect(await countRequests(store, 2)).toBe(1)
    },
  },
  {
    name: 'prunes what names one consumer from before an instant, and nothing of others or of another project',
    async run(store, writeSegment) {
      const name = `o'brien; -- "é`
      const mine = { userId: name, consumerKind: 'user', consumer: name } as const
      const other = sampleBatch([sampleNewEvent({ ...mine, projectId: 2, path: '/elsewhere' })], { projectId: 2 })
      const events = [
        sampleNewEvent({ ...mine, path: '/mine' }),
        // Counts as another's, and names the user all the same.
        sampleNewEvent({ ...mine, path: '/named', consumerKind: 'api_key', consumer: 'k' }),
        sampleNewEvent({ userId: 'ada', consumerKind: 'user', consumer: 'ada', path: '/ada' }),
        sampleNewEvent({ userId: null, consumerKind: 'oauth_client', consumer: name, path: '/client' }),
        sampleNewEvent({ ...mine, path: '/again', time: SAMPLE_TIME + 7_200_000 }),
      ]
      await store.append(await writeSegment(1, [sampleBatch(events), other]))

      expect(await store.prune({ projectId: 1, consumer: { kind: 'user', consumer: name, before: SAMPLE_TIME + 1 } })).toEqual({ events: 2 })

      expect((await store.list(pageOf({}))).map(({ path }) => path)).toEqual(['/ada', '/client', '/again'])
      expect(await store.list(pageOf({ projectId: 2 }))).toHaveLength(1)
      const { rows } = await store.query({ ...allOf(1), groupBy: ['userId'] })
      expect(new Map(rows.map(({ key, requests }) => [key[0], requests]))).toEqual(new Map([['ada', 1], [null, 1], [name, 1]]))
      const fresh = await store.query({ ...allOf(1), from: SAMPLE_TIME + 3_600_000, measures: new Set(['newConsumers']) })
      expect(fresh.rows).toMatchObject([{ requests: 1, newConsumers: 1 }])
      expect((await store.ledger()).intervals).toHaveLength(2)
    },
  },
  {
    name: 'prunes days in between, with all that was derived from them',
    async run(store, writeSegment) {
      const day = SAMPLE_TIME - (SAMPLE_TIME % 86_400_000)
      const ada = { userId: 'ada', consumerKind: 'user', consumer: 'ada' } as const
      const at = (path: string, time: number) => sampleNewEvent({ ...ada, path, time })
      const events = [at('/before', day - 1), at('/first', day), at('/last', day + 86_400_000 - 1), at('/after', day + 86_400_000)]
      const told = sampleBatch([], { ranges: [{ from: 10, to: 19 }], shed: [SHED_ROW] })
      await store.append(await writeSegment(1, [sampleBatch(events), told]))
      const wide = { ...allOf(1), from: day - 86_400_000, to: day + 2 * 86_400_000 }

      expect(await store.prune({ projectId: 1, from: day, before: day + 86_400_000 })).toEqual({ events: 2 })
      expect(await store.prune({ projectId: 1, from: day, before: day + 86_400_000 })).toEqual({ events: 0 })

      expect((await store.list(pageOf({}))).map(({ path }) => path)).toEqual(['/before', '/after'])
      expect((await store.query({ ...wide, measures: new Set<StoreMeasure>(['newConsumers']) })).rows).toMatchObject([{ requests: 2, newConsumers: 1 }])
      expect((await store.query({ ...wide, from: day, measures: new Set<StoreMeasure>(['newConsumers']) })).rows).toMatchObject([{ requests: 1, newConsumers: 0 }])
    },
  },
  {
    name: 'prunes what came from an address, whoever it counts as, and leaves it out of answers before that',
    async run(store, writeSegment) {
      const ip = '203.0.113.7'
      const events = [
        sampleNewEvent({ ip, consumerKind: 'ip', consumer: ip, userId: null, path: '/nobody' }),
        sampleNewEvent({ ip, userId: 'ada', consumerKind: 'user', consumer: 'ada', path: '/ada' }),
        sampleNewEvent({ ip: '203.0.113.70', userId: 'ada', consumerKind: 'user', consumer: 'ada', path: '/elsewhere' }),
        sampleNewEvent({ ip: null, userId: 'ada', consumerKind: 'user', consumer: 'ada', path: '/unknown' }),
      ]
      await store.append(await writeSegment(1, [sampleBatch(events, { shed: [SHED_ROW] })]))
      const without: StoreFilter = { kind: 'not', filter: { kind: 'address', ip } }
      const count = async (filter: StoreFilter | null) => (await store.query({ ...allOf(1), filter })).rows.reduce((sum, { requests }) => sum + requests, 0)

      expect((await store.list(pageOf({ filters: { where: without } }))).map(({ path }) => path)).toEqual(['/elsewhere', '/unknown'])
      expect((await count(null)) - (await count(without))).toBe(2)
      expect(await store.prune({ projectId: 1, consumer: { kind: 'ip', consumer: ip, before: SAMPLE_TIME + 1 } })).toEqual({ events: 2 })
      expect((await store.list(pageOf({}))).map(({ path }) => path)).toEqual(['/elsewhere', '/unknown'])
    },
  },
  {
    name: 'prunes what is from before a day, and learns first requests anew from what stays',
    async run(store, writeSegment) {
      const day = SAMPLE_TIME - (SAMPLE_TIME % 86_400_000)
      const ada = { userId: 'ada', consumerKind: 'user', consumer: 'ada' } as const
      const events = [sampleNewEvent({ ...ada, path: '/old', time: day - 1 }), sampleNewEvent({ ...ada, path: '/first', time: day }), sampleNewEvent({ ...ada, path: '/later' })]
      const minute = day / 60_000
      const told = sampleBatch([], { ranges: [{ from: 10, to: 29 }], shed: [{ ...SHED_ROW, minute: minute - 1, lastMinute: minute - 1 }, SHED_ROW], dropped: 5, receivedAt: day - 60_000 })
      const other = sampleBatch([sampleNewEvent({ ...ada, projectId: 2, path: '/old', time: day - 1 })], { projectId: 2 })
      await store.append(await writeSegment(1, [sampleBatch(events), told, other]))
      const wide = { ...allOf(1), from: day - 86_400_000, to: day + 86_400_000 }

      expect(await store.prune({ projectId: 1, before: day })).toEqual({ events: 1 })
      expect(await store.prune({ projectId: 1, before: day })).toEqual({ events: 0 })

      expect((await store.list(pageOf({}))).map(({ path }) => path)).toEqual(['/first', '/later'])
      expect(await store.list(pageOf({ projectId: 2 }))).toHaveLength(1)
      expect((await store.query({ ...wide, measures: new Set<StoreMeasure>(['newConsumers']) })).rows).toMatchObject([{ requests: 12, newConsumers: 1 }])
      expect((await store.query({ ...wide, from: day + 3_600_000, measures: new Set(['newConsumers']) })).rows).toMatchObject([{ newConsumers: 0 }])
      expect(await store.countDropped({ projectId: 1, from: day - 86_400_000, to: day })).toBe(0)

      expect(await store.prune({ projectId: 1, before: day + 86_400_000 })).toEqual({ events: 2 })
      expect(await countRequests(store, 1)).toBe(0)
      expect((await store.ledger()).intervals).not.toEqual([])
    },
  },
  {
    name: 'takes the details out of what is from before a day, and every sum stays what it was',
    async run(store, writeSegment) {
      const day = SAMPLE_TIME - (SAMPLE_TIME % 86_400_000)
      const told = { ip: '203.0.113.7', userAgent: 'curl/8', errorMessage: 'no', tags: { plan: 'free' }, userId: 'ada', consumerKind: 'user', consumer: 'ada', country: 'DE' } as const
      const events = [
        sampleNewEvent({ ...told, path: '/users/7', route: '/users/:id', time: day - 1 }),
        sampleNewEvent({ ...told, path: '/nowhere', route: null, status: 404, time: day - 7_200_000 }),
        sampleNewEvent({ ...told, path: '/users/8', route: '/users/:id', time: day }),
      ]
      await store.append(await writeSegment(1, [sampleBatch(events), sampleBatch([sampleNewEvent({ ...told, projectId: 2, path: '/users/9', time: day - 1 })], { projectId: 2 })]))
      const wide = { ...allOf(1), from: day - 86_400_000, to: day + 86_400_000, measures: new Set<StoreMeasure>(['latency', 'consumers', 'newConsumers']) }
      const sums = async () => Promise.all((['endpoint', 'status', 'country', 'consumer', 'userId'] as const).map(async (name) => (await store.query({ ...wide, groupBy: [name] })).rows))
      const before = await sums()

      expect(await store.prune({ projectId: 1, before: day, thin: true })).toEqual({ events: 2 })
      expect(await store.prune({ projectId: 1, before: day, thin: true })).toEqual({ events: 0 })

      expect(await sums()).toEqual(before)
      const gone = { wallTime: null, ip: null, userAgent: null, errorMessage: null, tags: null }
      expect(await store.list(pageOf({}))).toMatchObject([{ ...gone, path: '', status: 404, consumer: 'ada' }, { ...gone, path: '/users/:id' }, { ...told, path: '/users/8' }])
      expect(await store.list(pageOf({ projectId: 2 }))).toMatchObject([{ ...told, path: '/users/9' }])
    },
  },
  {
    name: 'remembers the ledger of a pruned project, so that a late retry does not bring it back',
    async run(store, writeSegment) {
      await store.append(await writeSegment(1, [sampleBatch([sampleNewEvent()])]))
      await store.prune({ projectId: 1 })
      expect((await store.ledger()).intervals).toHaveLength(1)
    },
  },
  {
    name: 'pages through events of the same instant without losing or repeating one',
    async run(store, writeSegment) {
      const events = Array.from({ length: 25 }, (_, at) => sampleNewEvent({ path: `/${at}`, time: SAMPLE_TIME + Math.floor(at / 10) }))
      await store.append(await writeSegment(1, [sampleBatch(events)]))
      for (const order of ['oldest', 'newest'] as const) {
        const seen: number[] = []
        let after: ListQuery['after'] = null
        for (;;) {
          const page = await store.list(pageOf({ order, limit: 4, after }))
          const last = page.at(-1)
          if (last === undefined) break
          seen.push(...page.map(({ id }) => id))
          after = { time: last.time, id: last.id }
        }
        const ids = Array.from({ length: 25 }, (_, at) => at + 1)
        expect(seen).toEqual(order === 'oldest' ? ids : ids.toReversed())
      }
    },
  },
  {
    name: 'lists, books and counts random histories like the oracle',
    async run(store, writeSegment) {
      const oracle = createMemoryStore()
      for (let number = 1; number <= 6; number++) {
        const segment = await writeSegment(number, Array.from({ length: 5 }, (_, at) => randomBatch(number * 100 + at)))
        await Promise.all([store.append(segment), oracle.append(segment)])
      }
      const all = { ...pageOf({}), limit: 10_000 }
      expect(await store.list(all)).toEqual(await oracle.list(all))
      const range = { from: RANDOM_FROM + 3_600_000, to: RANDOM_TO }
      const part = pageOf({ filters: { ...range, where: { kind: 'and', filters: [is('method', 'GET'), is('status', 200)] } }, order: 'newest', offset: 3, limit: 17 })
      expect(await store.list(part)).toEqual(await oracle.list(part))
      const random = createRandom(7)
      for (let at = 0; at < 40; at++) {
        const where = randomFilter(random)
        const filtered = pageOf({ filters: at % 2 === 0 ? { where } : { ...range, where }, order: at % 3 === 0 ? 'oldest' : 'newest', limit: 50 })
        expect(await store.list(filtered), JSON.stringify(where)).toEqual(await oracle.list(filtered))
      }
      expect(toSets((await store.ledger()).intervals)).toEqual(toSets((await oracle.ledger()).intervals))
      for (const projectId of [1, 2]) {
        const [all, later] = [{ projectId, seenSince: 0 }, { projectId, seenSince: SAMPLE_TIME + 1 }]
        expect(await store.producers(all)).toEqual(await oracle.producers(all))
        expect(await store.producers(later)).toEqual(await oracle.producers(later))
        expect(await store.countDropped({ projectId, ...HOUR })).toBe(await oracle.countDropped({ projectId, ...HOUR }))
      }
      expect((await store.storedUpTo()).eventId).toBeLessThanOrEqual((await oracle.storedUpTo()).eventId)
    },
  },
]

/** The hour of the samples. */
const HOUR = { from: SAMPLE_TIME - (SAMPLE_TIME % 3_600_000), to: SAMPLE_TIME - (SAMPLE_TIME % 3_600_000) + 3_600_000 }

/** Like the sample event. */
const SHED_ROW: ShedCounts = {
  minute: Math.floor(SAMPLE_TIME / 60_000),
  lastMinute: Math.floor(SAMPLE_TIME / 60_000),
  method: 'GET',
  route: '/users/:id',
  status: 200,
  requests: 10,
  aborted: 0,
  requestBytes: 0,
  responseBytes: 0,
  buckets: [],
  counts: [],
}

function is(dimension: StoreDimension, value: DimensionValue): StoreFilter {
  return { kind: 'text', operator: 'is', dimension, values: [value] }
}

/** One page of project 1. */
function pageOf(over: Partial<ListQuery>): ListQuery {
  return { projectId: 1, filters: {}, order: 'oldest', limit: 1_000, after: null, offset: 0, ...over }
}

/** All requests of a project in one row. */
function allOf(projectId: number): StoreQuery {
  return { projectId, from: 0, to: SAMPLE_TIME * 2, intervals: null, groupBy: [], filter: null, measures: new Set(), limit: null }
}

async function countRequests(store: Store, projectId: number): Promise<number> {
  const { rows } = await store.query(allOf(projectId))
  return rows[0]?.requests ?? 0
}

function byProject(ledger: readonly LedgerInterval[]): readonly LedgerInterval[] {
  return ledger.toSorted((a, b) => a.projectId - b.projectId || a.from - b.from)
}

function toSets(ledger: readonly LedgerInterval[]): ReadonlyMap<string, IntervalSet> {
  const sets = new Map<string, IntervalSet>()
  for (const interval of byProject(ledger)) {
    const key = `${interval.projectId}:${interval.producerId}:${interval.seenAt}`
    sets.set(key, addRange(sets.get(key) ?? [], { from: interval.from, to: interval.to }))
  }
  return new Map([...sets].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

