import { RANGE_WORDS, type CustomRange, type RangeWord, type TimeGrain } from '@wayside/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { toZoned } from './calendar.ts'
import { QueryProblem } from './query-problem.ts'
import { checkTimeZone, resolveRange } from './resolve-range.ts'

/** Shortly after clocks were put forward on Sunday the 29th. */
const NOW = Date.UTC(2026, 2, 31, 8, 20, 30)

function resolve(range: RangeWord | CustomRange, { timeZone = 'Europe/Berlin', grain = null, now = NOW }: { timeZone?: string; grain?: TimeGrain | null; now?: number } = {}): readonly string[] {
  const { from, to, previous } = resolveRange(range, { timeZone, grain, now }, '/range')
  return [from, to, previous.from, previous.to].map((instant) => toZoned(instant, timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' }))
}

test.each<[RangeWord, readonly string[]]>([
  ['1h', ['2026-03-31T09:21', '2026-03-31T10:21', '2026-03-31T08:21', '2026-03-31T09:21']],
  ['6h', ['2026-03-31T04:21', '2026-03-31T10:21', '2026-03-30T22:21', '2026-03-31T04:21']],
  ['24h', ['2026-03-30T10:30', '2026-03-31T10:30', '2026-03-29T10:30', '2026-03-30T10:21']],
  ['7d', ['2026-03-25T00:00', '2026-03-31T10:30', '2026-03-18T00:00', '2026-03-24T10:21']],
  ['30d', ['2026-03-02T00:00', '2026-03-31T10:30', '2026-01-31T00:00', '2026-03-01T10:21']],
  ['90d', ['2026-01-01T00:00', '2026-03-31T10:30', '2025-10-03T00:00', '2025-12-31T10:21']],
  ['12mo', ['2025-04-01T00:00', '2026-03-31T10:30', '2024-04-01T00:00', '2025-03-31T10:21']],
  ['today', ['2026-03-31T00:00', '2026-03-31T10:30', '2026-03-30T00:00', '2026-03-30T10:21']],
  ['yesterday', ['2026-03-30T00:00', '2026-03-31T00:00', '2026-03-29T00:00', '2026-03-30T00:00']],
  ['thisWeek', ['2026-03-30T00:00', '2026-03-31T10:30', '2026-03-23T00:00', '2026-03-24T10:21']],
  ['thisMonth', ['2026-03-01T00:00', '2026-03-31T10:30', '2026-02-01T00:00', '2026-02-28T10:21']],
])('%s is a range on the clock of the time zone, beside as much of the one before', (word, expected) => expect(resolve(word)).toEqual(expected))

test('by hours and less a range ends with the interval under way', () => {
  expect(resolve('24h', { grain: 'hour' }).slice(0, 2)).toEqual(['2026-03-30T11:00', '2026-03-31T11:00'])
  expect(resolve('7d', { grain: 'hour' }).slice(0, 2)).toEqual(['2026-03-25T00:00', '2026-03-31T11:00'])
  expect(resolve('7d', { grain: 'day' }).slice(0, 2)).toEqual(['2026-03-25T00:00', '2026-03-31T10:30'])
})

test.each<[string, CustomRange, readonly string[]]>([
  ['dates are whole days, the last one too', { from: '2026-03-28', to: '2026-03-29' }, ['2026-03-28T00:00', '2026-03-30T00:00', '2026-03-26T00:00', '2026-03-28T00:00']],
  ['one date is one day', { from: '2026-02-28', to: '2026-02-28' }, ['2026-02-28T00:00', '2026-03-01T00:00', '2026-02-27T00:00', '2026-02-28T00:00']],
  ['times are on the clock of the time zone', { from: '2026-03-29T01:30', to: '2026-03-29T03:30' }, ['2026-03-29T01:30', '2026-03-29T03:30', '2026-03-29T00:30', '2026-03-29T01:30']],
  ['a time that a clock leaves out is as much later', { from: '2026-03-29T02:30', to: '2026-03-29T04:30' }, ['2026-03-29T03:30', '2026-03-29T04:30', '2026-03-29T01:30', '2026-03-29T03:30']],
  ['offsets are followed', { from: '2026-03-20T00:00Z', to: '2026-03-20T12:00-05:00' }, ['2026-03-20T01:00', '2026-03-20T18:00', '2026-03-19T08:00', '2026-03-20T01:00']],
  ['numbers are milliseconds', { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 2) }, ['2026-03-01T01:00', '2026-03-02T01:00', '2026-02-28T01:00', '2026-03-01T01:00']],
  ['of a range under way the part that has passed is compared', { from: '2026-03-30', to: '2026-04-05' }, ['2026-03-30T00:00', '2026-04-06T00:00', '2026-03-23T00:00', '2026-03-24T10:21']],
  ['a range to come is compared whole', { from: '2026-05-01', to: '2026-05-01' }, ['2026-05-01T00:00', '2026-05-02T00:00', '2026-04-30T00:00', '2026-05-01T00:00']],
])('%s', (_name, range, expected) => expect(resolve(range)).toEqual(expected))

test.each<[string, CustomRange]>([
  ['/range/from', { from: '2018-02-31', to: '2018-03-01' }],
  ['/range/from', { from: 'now', to: 5 }],
  ['/range/from', { from: -1, to: 5 }],
  ['/range/from', { from: 1.5, to: 5 }],
  ['/range/from', { from: '2026-1-1', to: 5 }],
  ['/range/from', { from: '2026-01-01[Asia/Tokyo]', to: 5 }],
  ['/range/to', { from: 0, to: '2026-01-01T25:00' }],
  ['/range/to', { from: 0, to: 1e300 }],
  ['/range/to', { from: 0, to: '9999-12-31' }],
  ['/range', { from: '2026-01-02', to: '2026-01-01' }],
  ['/range', { from: 5, to: 5 }],
])('at %s, %j is refused', (pointer, range) => {
  const resolving = () => resolve(range)
  expect(resolving).toThrow(QueryProblem)
  expect(resolving).toThrow(expect.objectContaining({ pointer }))
})

test('only names of time zones are taken', () => {
  expect(checkTimeZone('Europe/Berlin')).toBe('Europe/Berlin')
  for (const text of ['', 'Mars/Base', '+05:30', '2020-01-01T00:00Z', "'; --", 'Europe/Berlin\u0000', 'x'.repeat(9_999)]) expect(() => checkTimeZone(text), text).toThrow(QueryProblem)
})

test('whatever the word, the zone and the time, a range holds now, and the one before is no longer and not after it', () => {
  const now = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2037, 0, 1) })
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Africa/Cairo', 'America/Havana', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia')
  fc.assert(
    fc.property(now, zone, fc.constantFrom(...RANGE_WORDS), (instant, timeZone, word) => {
      const { from, to, previous } = resolveRange(word, { timeZone, grain: null, now: instant }, '/range')
      if (word === 'yesterday') expect(to).toBeLessThanOrEqual(instant)
      else expect(from <= instant && instant < to).toBe(true)
      expect(previous.from).toBeLessThan(previous.to)
      expect(previous.to).toBeLessThanOrEqual(Math.max(from, instant))
      expect(previous.from).toBeLessThan(from)
    }),
    { numRuns: 1_000 },
  )
})
