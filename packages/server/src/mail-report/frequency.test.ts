import type { MailFrequency } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { lastPeriod, nameOfPeriod } from './frequency.ts'

test.each([
  ['daily', '2026-03-29T22:00:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 'Sunday 2026-03-29'],
  ['weekly', '2026-02-04T12:00:00Z', '2026-01-25T23:00:00Z', '2026-02-01T23:00:00Z', '2026-01-26 to 2026-02-01'],
  ['monthly', '2026-02-01T00:00:00Z', '2025-12-31T23:00:00Z', '2026-01-31T23:00:00Z', 'January 2026'],
] satisfies [MailFrequency, string, string, string, string][])('the last %s period before %s, in Berlin', (frequency, instant, from, to, name) => {
  const period = lastPeriod(frequency, 'Europe/Berlin', Date.parse(instant))

  expect([new Date(period.from).toISOString(), new Date(period.to).toISOString()].map((each) => each.replace('.000', ''))).toEqual([from, to])
  expect(nameOfPeriod(frequency, period, 'Europe/Berlin')).toBe(name)
})
