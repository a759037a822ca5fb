import { expect, test } from 'vitest'
import { judge, type CollectorBooks, type Invariant, type ProducerRecord, type Run, type StoredRecord } from './conservation-oracle.ts'

const payloadOf = (producer: string, number: number) => `${producer}/${number}`

function producer(values: Partial<ProducerRecord> = {}): ProducerRecord {
  const host = { ended: 'exit 0', shouldEnd: 'exit 0', faults: [], rssGrowthMib: 4, longestStallMs: 3 }
  return { name: 'a', captured: 3, capturedAtMost: 3, dropped: {}, shed: 0, shedAtMost: 0, pending: 0, mayMiss: 0, toldAll: false, host, ...values }
}

function accountOfA(values: Partial<CollectorBooks>): ReadonlyMap<string, CollectorBooks> {
  return new Map([['a', { captured: 3, stored: 3, shed: 0, dropped: 0, rejected: 0, elsewhere: 0, lost: 0, pending: 0, ...values }]])
}

function stored(...numbers: readonly number[]): StoredRecord[] {
  return numbers.map((number) => ({ producer: 'a', number, payload: payloadOf('a', number) }))
}

function run(values: Partial<Run> = {}): Run {
  const records = values.stored ?? stored(0, 1, 2)
  return {
    producers: [producer()],
    stored: records,
    acked: new Map([['a', new Set(records.map(({ number }) => number))]]),
    reported: new Set(records.map(({ number }) => number)).size,
    accounts: null,
    payloadOf,
    drain: { ms: 10, withinMs: 100 },
    hostLimits: { rssGrowthMib: 32, stallMs: 50 },
    ...values,
  }
}

function verdict(values: Partial<Run> = {}): [Invariant, string][] {
  return judge(run(values)).violations.map(({ invariant, what }) => [invariant, what])
}

test('finds nothing where all that was captured is stored once', () => {
  expect(judge(run())).toEqual({
    violations: [],
    books: [{ producer: 'a', captured: 3, stored: 3, acked: 3, dropped: 0, shed: 0, pending: 0, missing: 0, mayMiss: 0 }],
  })
})

test('I1: an acknowledged event that is not stored, even where it was counted as dropped', () => {
  const acked = new Map([['a', new Set([0, 1, 2])]])
  expect(verdict({ stored: stored(0, 2), acked, producers: [producer({ dropped: { rejected: 1 } })] })).toEqual([
    ['I1 no acknowledged loss', '1 events were acknowledged and are not stored, such as 1'],
  ])
})

test('I2: an event that is stored twice', () => {
  expect(verdict({ stored: stored(0, 1, 1, 2) })).toEqual([['I2 at most one copy', '1 events are stored more than once, such as 1']])
})

test('I3: an event that nobody captured', () => {
  expect(verdict({ stored: [...stored(0, 1, 2), { producer: 'b', number: 0, payload: 'b/0' }], reported: 4 })).toEqual([
    ['I3 nothing unknown or altered', '1 events are stored and were never captured, such as 0'],
  ])
  expect(verdict({ stored: stored(0, 1, 3) })).toEqual([['I3 nothing unknown or altered', '1 events are stored and were never captured, such as 3']])
})

test('I3: an event with another content', () => {
  expect(verdict({ stored: [...stored(0, 1), { producer: 'a', number: 2, payload: 'a/1' }] })).toEqual([
    ['I3 nothing unknown or altered', '1 events are stored with another content, such as 2'],
  ])
})

test('I4: an event that is neither stored, dropped nor pending', () => {
  expect(verdict({ stored: stored(0, 2) })).toEqual([['I4 the books balance', '1 events are neither stored, dropped nor pending']])
  expect(verdict({ stored: stored(0, 2), producers: [producer({ dropped: { queue_overflow: 1 } })] })).toEqual([])
})

test('I4: an event that is stored although it was dropped', () => {
  expect(verdict({ producers: [producer({ dropped: { queue_overflow: 1 } })] })).toEqual([
    ['I4 the books balance', '1 events are stored although they were dropped, pending or never captured'],
  ])
})

test('I4: a drop whose delivery was under way may be stored', () => {
  expect(verdict({ producers: [producer({ dropped: { shutdown_timeout: 2 } })] })).toEqual([])
  expect(verdict({ stored: stored(0), producers: [producer({ dropped: { shutdown_timeout: 1 } })] })).toEqual([
    ['I4 the books balance', '1 events are neither stored, dropped nor pending'],
  ])
})

test('I4: a killed process may miss what its promise allows and no more', () => {
  const killed = producer({ captured: 3, capturedAtMost: 5, mayMiss: 1 })
  for (const numbers of [[0, 1], [0, 1, 2], [0, 1, 2, 3, 4]]) expect(verdict({ stored: stored(...numbers), producers: [killed] })).toEqual([])
  expect(verdict({ stored: stored(0), producers: [killed] })).toEqual([['I4 the books balance', '1 events are neither stored, dropped nor pending']])
})

test('I4: a report that counts other than what is stored and shed', () => {
  const producers = [producer({ captured: 5, capturedAtMost: 5, dropped: { queue_overflow: 2 }, shed: 2, shedAtMost: 2 })]
  expect(verdict({ producers, reported: 5 })).toEqual([])
  expect(verdict({ producers, reported: 3 })).toEqual([['I4 the books balance', 'the report counts 3 events, 5 are stored or shed']])
  const killed = [producer({ ...producers[0], shed: 0 })]
  for (const reported of [3, 4, 5]) expect(verdict({ producers: killed, reported })).toEqual([])
  expect(verdict({ producers: killed, reported: 6 })).toEqual([['I4 the books balance', 'the report counts 6 events, 3 to 5 are stored or shed']])
})

test('I4: a collector that says of a producer what is not so', () => {
  const says = (books: Partial<CollectorBooks>, values: Partial<ProducerRecord> = {}) => verdict({ accounts: accountOfA(books), producers: [producer(values)] })
  expect(says({})).toEqual([])
  expect(says({}, { toldAll: true })).toEqual([])
  expect(says({ captured: 4 })).toEqual([['I4 the books balance', 'the collector says 4 captured and accounts for 3']])
  expect(says({ stored: 2, pending: 1 })).toEqual([['I4 the books balance', 'the collector says 2 stored, 3 are']])
  expect(says({ captured: 4, pending: 1 })).toEqual([['I4 the books balance', 'the collector says 4 captured, 3 were']])
  expect(says({ captured: 4, lost: 1 }, { capturedAtMost: 4, dropped: { rejected: 1 } })).toEqual([['I4 the books balance', 'the collector says 1 lost that are not']])
  const all = { captured: 4, capturedAtMost: 4, mayMiss: 1 }
  expect(says({ captured: 4, pending: 1 }, all)).toEqual([])
  expect(says({ captured: 4, pending: 1 }, { ...all, toldAll: true })).toEqual([
    ['I4 the books balance', 'the collector says 4 captured, 0 lost and 1 pending, though it was told all of 4'],
  ])
})

test('I4: a collector that has never heard of a producer whose events it holds', () => {
  const accounts = new Map()
  expect(verdict({ accounts, producers: [producer({ captured: 0, capturedAtMost: 0 })], stored: [], reported: 0 })).toEqual([])
  expect(verdict({ accounts })).toEqual([['I4 the books balance', 'the collector has never heard of it and holds 3 of its events']])
})

test('I5: events that are still pending, and a drain that takes too long', () => {
  expect(verdict({ stored: stored(0, 1), producers: [producer({ pending: 1 })] })).toEqual([
    ['I5 all settles after the faults', '1 events are still pending'],
  ])
  expect(verdict({ drain: { ms: 101, withinMs: 100 } })).toEqual([
    ['I5 all settles after the faults', 'draining took 101 ms, 100 are allowed'],
  ])
})

test('I6: a host that ends otherwise, sees an exception, grows or stands still', () => {
  const host = { ended: 'exit 1', shouldEnd: 'exit 0', faults: ['Error: no'], rssGrowthMib: 33, longestStallMs: 51 }
  expect(verdict({ producers: [producer({ host })] })).toEqual([
    ['I6 the host is unaffected', 'the process ended with exit 1 instead of exit 0'],
    ['I6 the host is unaffected', 'reached the process: Error: no'],
    ['I6 the host is unaffected', 'memory grew by 33 MiB, 32 are allowed'],
    ['I6 the host is unaffected', 'the event loop stood still for 51 ms, 50 are allowed'],
  ])
})
