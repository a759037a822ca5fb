import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DROP_REASONS, EMPTY_BOOKS, LIMITS, OUTCOMES, encodeBatch, parseBatch, splitBatch, type ApiEvent, type Batch, type Books, type SeqRange, type ShedWindow } from './index.ts'

const word = fc.string({ unit: 'grapheme', maxLength: 20 })
const few = fc.constantFrom('a', 'b', '/users/:id', '/users/7', '=x', '', '__proto__')
const text = fc.oneof(word, few)
const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null })
const count = fc.nat({ max: 1_000_000 })

const eventArbitrary: fc.Arbitrary<Omit<ApiEvent, 'seq' | 'time'>> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PROPFIND'),
  route: orNull(text),
  path: text,
  host: orNull(text),
  status: fc.integer({ min: 100, max: 599 }),
  outcome: fc.constantFrom(...OUTCOMES),
  durationUs: orNull(count),
  upstreamUs: orNull(count),
  upstreamCount: orNull(count),
  requestBytes: orNull(count),
  responseBytes: orNull(count),
  ip: orNull(fc.ipV4()),
  userAgent: orNull(text),
  userId: orNull(text),
  apiKeyHash: orNull(fc.constantFrom('0a', '1b')),
  oauthClientId: orNull(text),
  errorClass: orNull(text),
  errorFingerprint: orNull(fc.constantFrom('aa', 'bb')),
  errorMessage: orNull(text),
  tags: orNull(fc.dictionary(word, word, { maxKeys: 5, noNullPrototype: false })),
})

const booksArbitrary: fc.Arbitrary<Books> = fc
  .record({
    captured: count,
    reason: fc.constantFrom(...DROP_REASONS.filter((each) => each !== 'queue_overflow')),
    overflow: count,
    shed: count,
    settledBefore: count,
    oldestPendingAt: orNull(fc.constant(1_760_000_000_000)),
    spoolBytes: count,
    closed: fc.boolean(),
  })
  .map(({ reason, overflow, ...books }) => ({
    ...books,
    dropped: { [reason]: 3, queue_overflow: overflow },
    shed: Math.min(books.shed, overflow),
    settledBefore: Math.min(books.settledBefore, books.captured),
  }))

const rangesArbitrary: fc.Arbitrary<readonly SeqRange[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 })), { maxLength: 8 })
  .map((pairs) => {
    let end = 0
    return pairs.map(([distance, length]) => {
      const from = end + distance
      end = from + length
      return { from, to: end - 1 }
    })
  })

const shedWindowArbitrary: fc.Arbitrary<ShedWindow> = fc
  .record({
    minute: fc.nat({ max: 30_000_000 }),
    minutes: fc.integer({ min: 1, max: 60 }),
    method: fc.constantFrom('GET', 'POST'),
    route: orNull(text),
    status: fc.integer({ min: 100, max: 599 }),
    requests: fc.array(fc.tuple(fc.nat({ max: LIMITS.latencyBucket }), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 5 }),
    untimed: fc.nat({ max: 3 }),
    bytes: count,
  })
  .map(({ minute, minutes, method, route, status, requests, untimed, bytes }) => {
    const latency = new Map(requests)
    const total = untimed + [...latency.values()].reduce((sum, each) => sum + each, 0)
    return {
      startAt: minute * 60_000,
      lengthMs: minutes * 60_000,
      seqs: [{ from: 7, to: 6 + total }],
      rows: [{ method, route, status, requests: total, aborted: untimed, requestBytes: bytes, responseBytes: 0, latency }],
    }
  })

const batchArbitrary: fc.Arbitrary<Batch> = fc
  .record({
    events: fc.array(fc.tuple(eventArbitrary, fc.integer({ min: 1, max: 3 }), fc.integer({ min: -50, max: 5_000 })), { maxLength: 60 }),
    firstSeq: count,
    label: orNull(fc.constantFrom('production', 'eu-1')),
    books: booksArbitrary,
    droppedSeqs: rangesArbitrary,
    shed: fc.array(shedWindowArbitrary, { maxLength: 3 }),
  })
  .map(({ events, firstSeq, label, books, droppedSeqs, shed }) => {
    let seq = firstSeq
    let time = 1_760_000_000_000
    return {
      head: {
        producerId: '0123456789abcdef0123456789abcdef',
        privacyLevel: 0,
        sdk: '@wayside/express/1.0.0',
        framework: 'express',
        environment: label,
        service: label,
        serviceVersion: null,
        instance: label,
        books,
      },
      events: events.map(([event, step, gap]) => ({ ...event, seq: (seq += step), time: (time += gap) })),
      stacks: [{ fingerprint: 'ab', errorClass: 'TypeError', frames: ['load (src/a.ts:1:2)'] }],
      droppedSeqs,
      shed,
    }
  })

describe('a batch', () => {
  test('is the same after it has travelled', () => {
    fc.assert(
      fc.property(batchArbitrary, (batch) => {
        const parsed = parseBatch(JSON.parse(JSON.stringify(encodeBatch(batch))))
        expect(parsed).toEqual({ ok: true, batch: { ...batch, rejected: [] } })
      }),
      { numRuns: 300 },
    )
  })

  test('is refused, never thrown over, whatever a part of it is replaced with', () => {
    fc.assert(
      fc.property(batchArbitrary, fc.jsonValue(), fc.nat(), (batch, junk, choice) => {
        const wire: unknown = JSON.parse(JSON.stringify(encodeBatch(batch)))
        const places = [...placesIn(wire)]
        const { holder, key } = places[choice % places.length] ?? { holder: {}, key: '' }
        Reflect.set(holder, key, junk)
        const parsed = parseBatch(wire)
        if (parsed.ok) for (const event of parsed.batch.events) expect(typeof event.path).toBe('string')
      }),
      { numRuns: 500 },
    )
  })

  test('has halves that hold its events, the first also what it tells of others', () => {
    fc.assert(
      fc.property(batchArbitrary, (batch) => {
        fc.pre(batch.events.length > 1)
        const [first, second] = splitBatch(JSON.parse(JSON.stringify(encodeBatch(batch))))
        const middle = batch.events.length >> 1
        expect(parseBatch(first)).toEqual({ ok: true, batch: { ...batch, events: batch.events.slice(0, middle), rejected: [] } })
        const rest = { head: batch.head, events: batch.events.slice(middle), stacks: [], droppedSeqs: [], shed: [], rejected: [] }
        expect(parseBatch(second)).toEqual({ ok: true, batch: rest })
      }),
      { numRuns: 300 },
    )
  })

  test('has halves without the texts of the other half', () => {
    const [first, second] = splitBatch(encodeBatch(batchOf(Array.from({ length: 40 }, (_, at) => eventOf({ seq: at, userId: at < 20 ? 'anna' : 'ben' })))))
    expect(JSON.stringify(first)).not.toContain('ben')
    expect(JSON.stringify(second)).not.toContain('anna')
  })

  test('with one bad event loses that event only', () => {
    const wire = encodeBatch(batchOf([eventOf({ seq: 0 }), eventOf({ seq: 1, status: 99 }), eventOf({ seq: 2 })]))
    const parsed = parseBatch(JSON.parse(JSON.stringify(wire)))
    expect(parsed).toMatchObject({ ok: true, batch: { events: [{ seq: 0 }, { seq: 2 }], rejected: [{ seq: 1, field: 'status' }] } })
  })

  test('loses no event to a time that cannot be, nor the times of the others', () => {
    const wire = encodeBatch(batchOf([0, 1, 2, 3].map((seq) => eventOf({ seq }))))
    const sent = JSON.stringify(wire).replace(/"time":\[(\d+),0,0,0\]/, '"time":[$1,"5",1e999,7]')
    const parsed = parseBatch(JSON.parse(sent))
    if (!parsed.ok) throw new Error(parsed.reason)
    expect(parsed.batch.events.map(({ time }) => time)).toEqual([1_760_000_000_000, Number.NaN, Number.NaN, 1_760_000_000_007])
    expect(parseBatch({ ...wire, time: [-1e300, 0, 0, 0] })).toMatchObject({ ok: true, batch: { events: [{}, {}, {}, {}], rejected: [] } })
  })

  test('takes what is no number where one belongs as unknown', () => {
    const wire = encodeBatch(batchOf([0, 1, 2, 3].map((seq) => eventOf({ seq }))))
    const parsed = parseBatch({ ...wire, columns: { ...wire.columns, durationUs: ['12', Number.POSITIVE_INFINITY, -1, -0], status: [200, '200', 200, 200] } })
    expect(parsed).toMatchObject({ ok: true, batch: { events: [{ durationUs: null }, { durationUs: null }, { durationUs: -0 }], rejected: [{ seq: 1, field: 'status' }] } })
  })

  test.each([
    ['more than an event may have', JSON.stringify(Object.fromEntries(Array.from({ length: LIMITS.tags + 1 }, (_, at) => [`t${at}`, 'x'])))],
    ['nested ones', '{"a":{"b":"c"}}'],
    ['a list', '["a"]'],
    ['no JSON', '{"a":'],
    ['a million brackets', '['.repeat(1_000_000)],
  ])('takes %s for tags as none', (_, tags) => {
    const wire = encodeBatch(batchOf([eventOf({ seq: 0 })]))
    expect(parseBatch({ ...wire, columns: { ...wire.columns, tags } })).toMatchObject({ ok: true, batch: { events: [{ tags: null }] } })
  })

  test('has its texts cut to their limits', () => {
    const wire = encodeBatch(batchOf([eventOf({ route: '/a/:b', path: `/a/${'x'.repeat(5_000)}`, userId: 'u'.repeat(5_000) })]))
    const parsed = parseBatch(JSON.parse(JSON.stringify(wire)))
    if (!parsed.ok) throw new Error(parsed.reason)
    expect(parsed.batch.events[0]?.path).toHaveLength(LIMITS.pathLength)
    expect(parsed.batch.events[0]?.userId).toHaveLength(LIMITS.userIdLength)
  })

  test('holds no IP at level 2, even when the sender wrote one', () => {
    const wire = encodeBatch(batchOf([eventOf({ ip: '203.0.113.7' })]))
    const parsed = parseBatch({ ...JSON.parse(JSON.stringify(wire)), level: 2 })
    expect(parsed).toMatchObject({ ok: true, batch: { events: [{ ip: null }] } })
  })

  test('that tells of more ranges of shed events than one may is refused whole', () => {
    const window = (ranges: number) => ({ startAt: 60_000, lengthMs: 60_000, seqs: Array.from({ length: ranges * 2 }, () => 1), rows: [{ method: 'GET', status: 200, requests: ranges, latency: [] }] })
    const wire = (last: number) => ({ ...encodeBatch(batchOf([])), shed: [window(LIMITS.seqRanges), window(5_000), window(last)] })
    expect(parseBatch(wire(5_000))).toMatchObject({ ok: true })
    expect(parseBatch(wire(5_001))).toEqual({ ok: false, reason: `shed must have at most ${LIMITS.shedRanges} ranges of seqs` })
  })

  test('that sheds with sums that do not hold is refused whole', () => {
    const row = { method: 'GET', status: 200, requests: 2, latency: [3, 2] }
    const wire = { ...encodeBatch(batchOf([])), shed: [{ startAt: 60_000, lengthMs: 60_000, seqs: [5, 3], rows: [row] }] }
    expect(parseBatch(wire)).toEqual({ ok: false, reason: 'requests of a shed window must sum up to its seqs' })
  })

  test.each([
    ['no object', 7, 'the body must be an object'],
    ['another version', { v: 9 }, 'v must be 1'],
    ['too many events', { v: 1, n: LIMITS.batchEvents + 1 }, 'n must be a whole number from 0 to 2000'],
    ['a foreign producer', { v: 1, n: 1, producer: 'me' }, 'producer must be 32 hexadecimal digits'],
  ])('is refused with a reason when it is %s', (_, body, reason) => {
    const parsed = parseBatch(body)
    expect(parsed).toMatchObject({ ok: false, reason: expect.stringContaining(reason) })
  })
})

function batchOf(events: readonly ApiEvent[]): Batch {
  return {
    head: {
      producerId: '0123456789abcdef0123456789abcdef',
      privacyLevel: 0,
      sdk: 'test/1',
      framework: 'test',
      environment: null,
      service: null,
      serviceVersion: null,
      instance: null,
      books: { ...EMPTY_BOOKS, captured: events.length },
    },
    events,
    stacks: [],
    droppedSeqs: [],
    shed: [],
  }
}

function eventOf(members: Partial<ApiEvent>): ApiEvent {
  return {
    seq: 0,
    time: 1_760_000_000_000,
    method: 'GET',
    route: null,
    path: '/',
    host: null,
    status: 200,
    outcome: 'completed',
    durationUs: 1,
    upstreamUs: null,
    upstreamCount: 0,
    requestBytes: 0,
    responseBytes: 0,
    ip: null,
    userAgent: null,
    userId: null,
    apiKeyHash: null,
    oauthClientId: null,
    errorClass: null,
    errorFingerprint: null,
    errorMessage: null,
    tags: null,
    ...members,
  }
}

/** Every member and element of a JSON value. */
function* placesIn(value: unknown): Generator<{ holder: object; key: string }> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    yield { holder: value, key }
    yield* placesIn(inner)
  }
}
