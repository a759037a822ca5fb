import { expect, test } from 'vitest'
import { parseScope, toQueryScope, toRangeParams, toRequestParams } from './scope.ts'
import { toRefreshMs } from './refresh-ms.ts'
import { toChartGrain, toSparkGrain } from './grain.ts'

const parse = (query: string) => parseScope(new URLSearchParams(query), 'Europe/Berlin')

test('an address without parameters is about the last day in the zone of the browser, beside the day before', () => {
  expect(parse('')).toEqual({ range: '24h', timeZone: 'Europe/Berlin', isCompared: true, chips: [] })
})

test('everything that an address says is in the scope', () => {
  expect(parse('period=7d&zone=UTC&compare=no&f=country:DE&f=!bot:true')).toMatchObject({ range: '7d', timeZone: 'UTC', isCompared: false, chips: [{ value: 'DE' }, { isExcluded: true }] })
  expect(parse('from=2026-01-01&to=2026-01-31&period=7d').range).toEqual({ from: '2026-01-01', to: '2026-01-31' })
})

test('what makes no sense in an address counts as not there', () => {
  expect(parse('period=<script>&f=planet:Mars&f=country:DE')).toMatchObject({ range: '24h', chips: [{ value: 'DE' }] })
  expect(parse(Array.from({ length: 99 }, (_, at) => `f=path:/${at}`).join('&')).chips).toHaveLength(32)
})

test('the default range leaves no trace in an address', () => {
  expect(toRangeParams('24h')).toEqual({ period: null, from: null, to: null })
  expect(toRangeParams({ from: '2026-01-01', to: '2026-01-02' })).toEqual({ period: null, from: '2026-01-01', to: '2026-01-02' })
})

test("a view's own filter and the reader's hold together", () => {
  expect(toQueryScope(parse('f=country:DE'), ['gte', 'status', 400]).filter).toEqual(['and', [['is', 'country', ['DE']], ['gte', 'status', 400]]])
  expect(toRequestParams(parse('f=country:DE'))).toEqual({ range: '24h', timeZone: 'Europe/Berlin', filter: '["is","country",["DE"]]' })
})

test('intervals suit the length of the range', () => {
  const grains = (from: string, to: string) => [toChartGrain({ from, to }), toSparkGrain({ from, to })]
  expect([toChartGrain('24h'), toSparkGrain('12mo')]).toEqual(['quarterHour', 'month'])
  expect(grains('2026-01-01T10:00Z', '2026-01-01T11:00Z')).toEqual(['minute', 'minute'])
  expect(grains('2026-01-01', '2026-01-01')).toEqual(['quarterHour', 'hour'])
  expect(grains('2026-01-01', '2026-01-10')).toEqual(['hour', 'day'])
  expect(grains('2026-01-01', '2026-03-31')).toEqual(['day', 'week'])
  expect(grains('2020-01-01', '2026-03-31')).toEqual(['month', 'month'])
  expect(grains('nonsense', '<script>')).toEqual(['quarterHour', 'hour'])
})

test('a range that is over is not asked again', () => {
  const now = Date.UTC(2026, 5, 15)
  expect(toRefreshMs(parse('from=2026-01-01&to=2026-01-31'), now)).toBeNull()
  expect(toRefreshMs(parse('from=2026-01-01&to=2026-06-14'), now)).toBe(30_000)
  expect(toRefreshMs(parse('period=yesterday'), now)).toBeNull()
})
