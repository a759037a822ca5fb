import { EMPTY_BOOKS, encodeBatch, type Batch, type Books, type Overview, type ProducersReport } from '@wayside/protocol'
import { describe, expect, test } from 'vitest'
import { sampleWindow } from '../testing/producer-history.ts'
import { sampleEvent } from '../testing/sample.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'

const START = Date.UTC(2026, 5, 15, 12, 0)
const MINUTE_MS = 60_000

interface Told extends Partial<Omit<Batch, 'head'>> {
  readonly producer?: string
  readonly books?: Partial<Books>
  readonly headers?: Record<string, string>
}

/** A server whose clock a test moves, and a producer that talks to it. */
async function setUp() {
  let now = START
  const server = await startTestServer({ now: () => now })
  const key = await server.key('combined')
  return {
    server,
    passMinutes: (minutes: number) => void (now += minutes * MINUTE_MS),
    /** A batch that was sent and captured a second ago. */
    async tell({ producer = 'a', books = {}, headers = {}, events = [], stacks = [], droppedSeqs = [], shed = [] }: Told): Promise<Response> {
      const captured = (events.at(-1)?.seq ?? -1) + 1
      const head = {
        producerId: producer.repeat(32),
        privacyLevel: 0,
        sdk: '@wayside/express/1.0.0',
        framework: 'express',
        environment: null,
        service: 'orders',
        serviceVersion: null,
        instance: `pod-${producer}`,
        books: { ...EMPTY_BOOKS, captured, ...books },
      } as const
      return server.post('/api/v1/events', JSON.stringify(encodeBatch({ head, events, stacks, droppedSeqs, shed })), {
        authorization: `Bearer ${key}`,
        'x-wayside-sent-at': String(now),
        ...headers,
      })
    },
    event: (seq: number) => sampleEvent({ seq, time: now - 1_000, durationUs: 0 }),
    async report(query = ''): Promise<ProducersReport> {
      await server.drain()
      return (await (await server.get(`/api/v1/producers${query}`, key)).json()) as ProducersReport
    },
    async overview(): Promise<Overview> {
      await server.drain()
      return (await (await server.get('/api/v1/overview?period=1h', key)).json()) as Overview
    },
  }
}

test('every captured event of a producer is in one place, and the summary adds up', async () => {
  const { tell, event, report } = await setUp()
  await tell({ events: [0, 1, 2].map(event) })
  await tell({ events: [0, 1, 2].map(event), headers: { 'x-wayside-ambiguous': 'https://other.example' } })
  await tell({ events: [event(8)], droppedSeqs: [{ from: 3, to: 4 }], shed: [sampleWindow([5, 6])], books: { captured: 12, dropped: { queue_overflow: 3, auth: 1 }, shed: 2 } })
  await tell({ books: { captured: 12, settledBefore: 9, dropped: { queue_overflow: 3, auth: 1 }, shed: 2, spoolBytes: 77 } })
  await tell({ producer: 'b', events: [event(0)], headers: { 'x-wayside-ambiguous': 'https://other.example' }, books: { closed: true } })

  const { summary, producers } = await report()
  const a = producers.find(({ producerId }) => producerId.startsWith('a'))
  expect(a).toEqual({
    producerId: 'a'.repeat(32),
    sdk: '@wayside/express/1.0.0',
    framework: 'express',
    environment: null,
    service: 'orders',
    serviceVersion: null,
    instance: 'pod-a',
    state: 'live',
    firstSeenAt: START,
    lastSeenAt: START,
    captured: 12,
    stored: 4,
    shed: 2,
    dropped: 2,
    rejected: 0,
    elsewhere: 0,
    lost: 1,
    pending: 3,
    unaccounted: 0,
    pendingSince: null,
    spoolBytes: 77,
    droppedByReason: { queue_overflow: 3, auth: 1 },
    duplicates: 3,
    expired: 0,
    ambiguous: 0,
    gaps: [{ from: 7, to: 7, events: 1, noticedAt: START, after: START - 1_000, before: START - 1_000 }],
  })
  expect(producers.find(({ producerId }) => producerId.startsWith('b'))).toMatchObject({ state: 'closed', stored: 1, pending: 0, ambiguous: 1 })
  expect(summary).toEqual({
    producers: 2,
    captured: 13,
    stored: 5,
    shed: 2,
    dropped: 2,
    rejected: 0,
    elsewhere: 0,
    lost: 1,
    pending: 3,
    unaccounted: 0,
    pendingSince: null,
    droppedByReason: { queue_overflow: 3, auth: 1 },
    duplicates: 3,
    expired: 0,
    ambiguous: 1,
  })
})

test('what a receiver of several lacks may be with another, and is no loss', async () => {
  const { tell, event, report, overview } = await setUp()
  await tell({ events: [event(0), event(9)], headers: { 'x-wayside-receivers': '2' } })
  await tell({ books: { captured: 12, settledBefore: 10 }, headers: { 'x-wayside-receivers': '2' } })
  expect((await report()).producers).toMatchObject([{ captured: 12, stored: 2, elsewhere: 8, lost: 0, pending: 2, gaps: [] }])
  expect((await overview()).delivery).toMatchObject({ lost: 0 })
})

test('the books outlive the server, and the last heard of come first', async () => {
  const { tell, event, report, passMinutes, server } = await setUp()
  await tell({ events: [event(0), event(4)], books: { settledBefore: 0 } })
  await tell({ books: { captured: 5, settledBefore: 5 } })
  passMinutes(1)
  await tell({ producer: 'b', events: [event(0)] })
  const before = await report()
  await server.stop()

  const again = await startTestServer({ data: server.dataDir, now: () => START + MINUTE_MS })
  const answer = (await (await again.get('/api/v1/producers', await again.key('read'))).json()) as ProducersReport
  expect(answer.producers).toEqual(before.producers)
  expect(answer.producers.map(({ instance, lost }) => [instance, lost])).toEqual([['pod-b', 0], ['pod-a', 3]])
  const one = (await (await again.get('/api/v1/producers?limit=1', await again.key('read'))).json()) as ProducersReport
  expect([one.producers.length, one.summary.producers]).toEqual([1, 2])
})

test('what a batch brings that cannot be read is rejected once, and no loss', async () => {
  const { tell, event, report } = await setUp()
  const broken = { events: [event(0), { ...event(1), status: 9_999 }], books: { captured: 2 } }
  expect(await (await tell(broken)).json()).toMatchObject({ accepted: 1, rejected: [{ seq: 1, field: 'status' }] })
  expect(await (await tell(broken)).json()).toMatchObject({ accepted: 0, duplicates: 1, rejected: [{ seq: 1 }] })
  await tell({ books: { captured: 2, settledBefore: 2, dropped: { rejected: 1 } }, droppedSeqs: [{ from: 1, to: 1 }] })
  expect((await report()).producers).toMatchObject([{ captured: 2, stored: 1, rejected: 1, dropped: 0, lost: 0, pending: 0 }])
})

describe('the overview', () => {
  test('says nothing of what is on its way or well', async () => {
    const { tell, event, overview } = await setUp()
    await tell({ events: [event(0), event(5)], books: { captured: 6, oldestPendingAt: START - 2_000 } })
    expect((await overview()).delivery).toEqual({ lost: 0, dropped: 0, unaccounted: 0, pendingSince: null, late: [] })
  })

  test('counts shed events, and tells what was lost, dropped, or waits, in its period', async () => {
    const { tell, event, overview, passMinutes } = await setUp()
    await tell({ events: [event(0)], shed: [{ ...sampleWindow([1, 2]), startAt: START - MINUTE_MS }], books: { captured: 3, dropped: { queue_overflow: 2 }, shed: 2 } })
    await tell({ events: [event(9)], books: { captured: 11, dropped: { queue_overflow: 5 }, shed: 2 } })
    passMinutes(2)
    await tell({ books: { captured: 11, settledBefore: 7, dropped: { queue_overflow: 5 }, shed: 2, oldestPendingAt: START - 5 * MINUTE_MS } })

    const { totals, clients, delivery } = await overview()
    expect(totals).toMatchObject({ requests: 4, consumers: 1 })
    expect(clients).toContainEqual({ value: '(shed)', requests: 2, errors: 0 })
    expect(delivery).toEqual({
      // Seqs 3 to 6 are settled and unknown, of which the producer counts three as dropped.
      lost: 1,
      dropped: 3,
      unaccounted: 0,
      pendingSince: START - 5 * MINUTE_MS,
      late: [{ producerId: 'a'.repeat(32), service: 'orders', instance: 'pod-a', pendingSince: START - 5 * MINUTE_MS }],
    })

    passMinutes(11)
    expect((await overview()).delivery).toMatchObject({ unaccounted: 3, pendingSince: null, late: [] })
    passMinutes(55)
    expect((await overview()).delivery).toEqual({ lost: 0, dropped: 0, unaccounted: 0, pendingSince: null, late: [] })
  })
})

test('row 68: the producers of a project go with its data, and a late copy brings nothing back', async () => {
  const { tell, event, report, server } = await setUp()
  await tell({ events: [event(0)] })
  await erase(server)
  expect(await report()).toMatchObject({ summary: { producers: 0 }, producers: [] })
  // A late copy of what was removed does not bring it back.
  expect(await (await tell({ events: [event(0)] })).json()).toMatchObject({ accepted: 0, duplicates: 1 })
})

async function erase(server: TestServer): Promise<Response> {
  return fetch(`${server.url}/api/v1/project/data`, { method: 'DELETE', headers: { authorization: `Bearer ${await server.key('admin')}` } })
}
