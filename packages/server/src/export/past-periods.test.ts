import { expect, test } from 'vitest'
import { pastPeriods } from './past-periods.ts'

const at = (text: string) => Date.parse(text)

test('days are those of the project, also those of 23 and 25 hours', () => {
  const days = pastPeriods({ grain: 'day', timeZone: 'Europe/Berlin', after: at('2026-03-27T23:00:00Z'), until: at('2026-03-30T12:00:00Z') })

  expect(days.map(({ name, from, to }) => [name, (to - from) / 3_600_000])).toEqual([
    ['day:2026-03-28', 24],
    ['day:2026-03-29', 23],
  ])
})

test('months are whole, and the one under way is none of them', () => {
  const months = pastPeriods({ grain: 'month', timeZone: 'UTC', after: at('2026-01-15T00:00:00Z'), until: at('2026-03-31T23:59:59Z') })

  expect(months).toEqual([
    { name: 'month:2026-01', from: at('2026-01-01T00:00:00Z'), to: at('2026-02-01T00:00:00Z') },
    { name: 'month:2026-02', from: at('2026-02-01T00:00:00Z'), to: at('2026-03-01T00:00:00Z') },
  ])
})

test('a period that ends at the last instant counts, one that ended before the first does not', () => {
  const days = (after: string, until: string) => pastPeriods({ grain: 'day', timeZone: 'UTC', after: at(after), until: at(until) }).map(({ name }) => name)

  expect(days('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z')).toEqual(['day:2026-01-01'])
  expect(days('2026-01-02T00:00:00Z', '2026-01-02T23:59:59Z')).toEqual([])
})
