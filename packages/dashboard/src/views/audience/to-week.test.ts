import { expect, test } from 'vitest'
import { createDateFormat } from '../../format/date.ts'
import { toWeek } from './to-week.ts'

test('an hour counts on the weekday that clocks there show', () => {
  // Sunday 22 November 2026, 19:00 UTC: Monday half past midnight in Kolkata.
  const hours = [{ time: Date.UTC(2026, 10, 22, 19), requests: 3 }]
  expect(toWeek(hours, createDateFormat('UTC'))[6]?.[19]).toBe(3)
  expect(toWeek(hours, createDateFormat('Asia/Kolkata'))[0]?.[0]).toBe(3)
})

test('the same hour of two weeks adds up', () => {
  const hours = [15, 22].map((day) => ({ time: Date.UTC(2026, 10, day, 7), requests: 2 }))
  expect(toWeek(hours, createDateFormat('UTC'))[6]?.[7]).toBe(4)
})
