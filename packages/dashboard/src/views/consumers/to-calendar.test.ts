import { expect, test } from 'vitest'
import { createDateFormat } from '../../format/date.ts'
import { toCalendar } from './to-calendar.ts'

test('days stand in the row of their weekday, over a moved clock too', () => {
  const berlin = createDateFormat('Europe/Berlin')
  // Thursday 22 October 2026 to Tuesday the 27th; clocks go back on Sunday.
  const days = [22, 23, 24, 25, 26, 27].map((day) => ({ time: Date.UTC(2026, 9, day) - (day <= 25 ? 2 : 1) * 3_600_000, requests: day }))
  expect(toCalendar(days, berlin)).toEqual({
    weeks: ['22 Oct', '26 Oct'],
    values: [
      [null, 26],
      [null, 27],
      [null, null],
      [22, null],
      [23, null],
      [24, null],
      [25, null],
    ],
  })
})

test('without days there is no calendar', () => {
  expect(toCalendar([], createDateFormat('UTC'))).toEqual({ weeks: [], values: [] })
})
