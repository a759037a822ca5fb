import { EMPTY_BOOKS, type ApiEvent, type ShedRow } from '@wayside/protocol'
import { expect, test } from 'vitest'
import type { Enricher } from '../enrich/enricher.ts'
import { BackPressure } from '../journal/back-pressure.ts'
import type { JournalBatch } from '../journal/journal-batch.ts'
import { sampleWindow } from '../testing/producer-history.ts'
import { sampleDelivery, sampleEvent, sampleEvents, SAMPLE_TIME } from '../testing/sample.ts'
import { createReceiver } from './create-receiver.ts'
import { createLedger } from '../ledger/ledger.ts'

const enricher: Enricher = {
  address: (text) => ({ ip: text.includes('/') ? null : text.replace('::ffff:', ''), country: `country of ${text}` }),
  client: () => ({ client: 'curl', clientVersion: '8', os: 'Linux', device: 'PC', bot: false }),
}

/** A receiver whose journal is a list; `append` may be held up or fail. */
function setUp(append: (batch: JournalBatch) => Promise<void> = async () => undefined) {
  const journaled: JournalBatch[] = []
  const journal = {
    async append(batch: JournalBatch) {
      await append(batch)
      journaled.push(batch)
    },
  }
  const warnings: string[] = []
  const events = () => journaled.flatMap((batch) => batch.events)
  const receiver = createReceiver({ journal, ledger: createLedger(), enricher, warn: (message) => warnings.push(message) })
  return { receiver, journaled, events, warnings }
}

test('an accepted event carries its enrichment, its consumer and its latency bucket', async () => {
  const { receiver, events } = setUp()
  await receiver.receive(sampleDelivery({ events: [sampleEvent({ userId: 'ann', outcome: 'aborted_mid_body', status: 499 })] }))
  expect(events()).toMatchObject([
    { client: 'curl', os: 'Linux', consumerKind: 'user', consumer: 'ann', outcome: 2, latencyBucket: 187, framework: 'express', service: 'orders' },
  ])
})

test.each([
  { level: 0, floor: 0, sent: '203.0.113.7', ip: '203.0.113.7', country: 'country of 203.0.113.7', kind: 'ip' },
  { level: 0, floor: 0, sent: '::ffff:203.0.113.7', ip: '203.0.113.7', country: 'country of ::ffff:203.0.113.7', kind: 'ip' },
  { level: 0, floor: 1, sent: '203.0.113.7', ip: null, country: 'country of 203.0.113.7', kind: 'unknown' },
  { level: 0, floor: 2, sent: '203.0.113.7', ip: null, country: null, kind: 'unknown' },
  { level: 1, floor: 0, sent: '203.0.113.0/24', ip: null, country: 'country of 203.0.113.0/24', kind: 'unknown' },
  { level: 1, floor: 0, sent: '203.0.113.7', ip: null, country: 'country of 203.0.113.7', kind: 'unknown' },
  { level: 2, floor: 0, sent: '203.0.113.7', ip: null, country: null, kind: 'unknown' },
] as const)('level $level under floor $floor stores of $sent the address $ip', async ({ level, floor, sent, ip, country, kind }) => {
  const { receiver, events } = setUp()
  // A client may send more than its level allows, whatever the type of an event says.
  await receiver.receive(sampleDelivery({ level, project: { id: 1, privacyFloor: floor }, events: [sampleEvent({ ip: sent })] }))
  expect(events()).toMatchObject([{ ip, country, consumerKind: kind }])
})

test('a batch that was taken is a duplicate, and its new part is not', async () => {
  const { receiver, journaled } = setUp()
  await receiver.receive(sampleDelivery({ events: sampleEvents(3) }))
  expect(await receiver.receive(sampleDelivery({ events: sampleEvents(5) }))).toEqual({ ack: 'durable', accepted: 2, duplicates: 3, rejected: [] })
  expect(journaled.map(({ ranges }) => ranges)).toEqual([[{ from: 1, to: 3 }], [{ from: 4, to: 5 }]])
})

test('the second of two copies in flight is answered only when the first is on disk', async () => {
  let finishWriting = () => undefined as void
  const onDisk = new Promise<void>((resolve) => (finishWriting = resolve))
  const { receiver } = setUp(() => onDisk)
  const answered: string[] = []
  const first = receiver.receive(sampleDelivery({ events: sampleEvents(3) })).then(({ accepted }) => answered.push(`first ${accepted}`))
  const second = receiver.receive(sampleDelivery({ events: sampleEvents(3) })).then(({ duplicates }) => answered.push(`second ${duplicates}`))
  await new Promise((resolve) => setImmediate(resolve))
  expect(answered).toEqual([])
  finishWriting()
  await Promise.all([first, second])
  expect(answered).toEqual(['first 3', 'second 3'])
})

test('a copy that waited for one that failed is taken', async () => {
  let attempts = 0
  const { receiver, events } = setUp(async () => {
    if (attempts++ === 0) throw new BackPressure('the disk is full', 1_000)
  })
  const [first, second] = await Promise.allSettled([
    receiver.receive(sampleDelivery({ events: sampleEvents(3) })),
    receiver.receive(sampleDelivery({ events: sampleEvents(3) })),
  ])
  expect(first.status).toBe('rejected')
  expect(second).toMatchObject({ value: { accepted: 3, duplicates: 0 } })
  expect(events()).toHaveLength(3)
})

test('a large batch is journaled in parts, and after a failure in the middle a resend brings what is missing', async () => {
  let appends = 0
  const { receiver, journaled, events } = setUp(async () => {
    if (++appends === 2) throw new BackPressure('the disk is full', 1_000)
  })
  const delivery = sampleDelivery({ events: sampleEvents(1_200) })

  await expect(receiver.receive(delivery)).rejects.toThrow('the disk is full')
  expect(await receiver.receive(delivery)).toMatchObject({ accepted: 700, duplicates: 500 })

  expect(journaled.flatMap(({ ranges }) => ranges)).toEqual([{ from: 1, to: 500 }, { from: 501, to: 1_000 }, { from: 1_001, to: 1_200 }])
  expect(events()).toHaveLength(1_200)
})

test('row 59: a producer that jumps far ahead loses what is too far, and goes on where it was', async () => {
  const { receiver } = setUp()
  await receiver.receive(sampleDelivery({ events: sampleEvents(3) }))

  const jump = await receiver.receive(sampleDelivery({ events: [4, 3 + 2 ** 32, 4 + 2 ** 32, Number.MAX_SAFE_INTEGER].map((seq) => sampleEvent({ seq })) }))

  expect(jump).toMatchObject({ accepted: 2, duplicates: 0, rejected: [{ seq: 4 + 2 ** 32, field: 'seq' }, { seq: Number.MAX_SAFE_INTEGER, field: 'seq' }] })
  expect(await receiver.receive(sampleDelivery({ events: sampleEvents(2, 5) }))).toMatchObject({ accepted: 2, rejected: [] })
})

test('row 59: a producer that is new to this server may have counted for years', async () => {
  const { receiver } = setUp()

  expect(await receiver.receive(sampleDelivery({ events: sampleEvents(2, 2 ** 50) }))).toMatchObject({ accepted: 2, rejected: [] })
})

test("row 59: a producer's id forged by another project takes nothing from the one it belongs to", async () => {
  const { receiver } = setUp()
  const forged = sampleDelivery({ project: { id: 2, privacyFloor: 0 }, events: [sampleEvent({ seq: 0 }), sampleEvent({ seq: 2 ** 32 })] })

  await receiver.receive(forged)

  expect(await receiver.receive(sampleDelivery({ events: sampleEvents(5) }))).toMatchObject({ accepted: 5, duplicates: 0, rejected: [] })
})

test('a heartbeat is journaled: its books, and the seqs that were dropped', async () => {
  const { receiver, journaled } = setUp()
  const books = { ...EMPTY_BOOKS, captured: 9, dropped: { auth: 4 } }
  const receipt = await receiver.receive(sampleDelivery({ events: [], report: { books, droppedSeqs: [{ from: 2, to: 5 }] } }))
  expect(receipt).toEqual({ ack: 'durable', accepted: 0, duplicates: 0, rejected: [] })
  expect(journaled).toMatchObject([{ events: [], ranges: [{ from: 2, to: 5 }], dropped: 4, books: { dropped: 4, told: books, sender: { service: 'orders' } } }])
})

test('what a failed heartbeat told is told by its resend', async () => {
  let attempts = 0
  const { receiver, journaled } = setUp(async () => {
    if (attempts++ === 0) throw new BackPressure('the disk is full', 1_000)
  })
  const heartbeat = sampleDelivery({ events: [], report: { droppedSeqs: [{ from: 0, to: 3 }], shed: [sampleWindow([5, 6])] } })
  await expect(receiver.receive(heartbeat)).rejects.toThrow('the disk is full')
  await receiver.receive(heartbeat)
  await receiver.receive(heartbeat)
  expect(journaled.map(({ ranges, shed }) => [ranges, shed.length])).toEqual([
    [[{ from: 0, to: 3 }, { from: 5, to: 6 }], 1],
    [[], 0],
  ])
})

test('a window of shed events is corrected like events, and its routes count towards their bound', async () => {
  const { receiver, journaled } = setUp()
  const hour = 3_600_000
  const window = { ...sampleWindow([1, 2, 3]), startAt: SAMPLE_TIME - (SAMPLE_TIME % 60_000) - hour, lengthMs: 15 * 60_000 }
  const rows = [{ method: 'GET', route: '/orders', status: 503, requests: 3, aborted: 1, requestBytes: 10, responseBytes: 20, latency: new Map([[7, 2]]) }]
  await receiver.receive(sampleDelivery({ events: [], sentAt: SAMPLE_TIME - hour, report: { shed: [{ ...window, rows }] } }))
  const minute = Math.floor(SAMPLE_TIME / 60_000)
  expect(journaled.flatMap(({ shed }) => shed)).toEqual([
    { minute, lastMinute: minute + 14, method: 'GET', route: '/orders', status: 503, requests: 3, aborted: 1, requestBytes: 10, responseBytes: 20, buckets: [7], counts: [2] },
  ])

  const many = Array.from({ length: 2_100 }, (_, at) => ({ ...rows[0], route: `/made-up/${at}`, requests: 1, aborted: 0, latency: new Map() }))
  await receiver.receive(sampleDelivery({ events: [], report: { shed: [{ ...sampleWindow([]), seqs: [{ from: 10, to: 2_109 }], rows: many as ShedRow[] }] } }))
  expect(new Set(journaled.flatMap(({ shed }) => shed.map(({ route }) => route))).size).toBe(2_001)
})

test('of a client without batch ids every delivery is new', async () => {
  const { receiver, events } = setUp()
  const delivery = sampleDelivery({ producerId: null, events: sampleEvents(2) })
  await receiver.receive(delivery)
  expect(await receiver.receive(delivery)).toMatchObject({ accepted: 2, duplicates: 0 })
  expect(events()).toHaveLength(4)
})

test('a wrong clock is corrected and flagged', async () => {
  const { receiver, events } = setUp()
  const hour = 3_600_000
  await receiver.receive(sampleDelivery({ events: [sampleEvent({ time: SAMPLE_TIME - hour - 5 })], sentAt: SAMPLE_TIME - hour }))
  expect(events()).toMatchObject([{ time: SAMPLE_TIME - 5, timeAdjusted: true, wallTime: SAMPLE_TIME - hour - 5, receivedAt: SAMPLE_TIME }])
})

test('row 56: routes past their bound share a bucket, and their paths stay', async () => {
  const { receiver, events } = setUp()
  const many: ApiEvent[] = sampleEvents(2_000).map((event, at) => ({ ...event, route: `/made-up/${at}` }))
  await receiver.receive(sampleDelivery({ events: many }))
  await receiver.receive(sampleDelivery({ events: sampleEvents(2, 5_000).map((event) => ({ ...event, route: '/one-more' })) }))
  await receiver.receive(sampleDelivery({ events: [sampleEvent({ seq: 9_000, route: '/made-up/7' })] }))
  expect(events().at(-2)).toMatchObject({ route: '(other)', path: '/users/1' })
  expect(events().at(-1)).toMatchObject({ route: '/made-up/7' })
})
