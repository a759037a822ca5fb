import { expect, test } from 'vitest'
import { toRequestChanges } from './to-request-changes.ts'

const AT = Date.UTC(2026, 0, 31, 12)
const MINUTE_MS = 60_000

test('an alert leads to the requests of its value, from a window before it to its end', () => {
  const rule = { dimension: 'endpoint', windowMinutes: 5 } as const
  expect(toRequestChanges({ startedAt: AT, endedAt: AT + 20 * MINUTE_MS, value: 'GET /users/:id' }, rule, AT)).toEqual({
    period: null,
    from: '2026-01-31T11:50:00.000Z',
    to: '2026-01-31T12:20:00.000Z',
    f: ['endpoint:GET /users/:id'],
  })
})

test('one that goes on leads to now, one of all requests to all, one of an unknown value to the unknown', () => {
  const of = (dimension: 'country' | null, value: string | null) => toRequestChanges({ startedAt: AT, endedAt: null, value }, { dimension, windowMinutes: 1 }, AT + MINUTE_MS)
  expect(of(null, null)).toMatchObject({ to: '2026-01-31T12:01:00.000Z', f: [] })
  expect(of('country', 'null')).toMatchObject({ f: ['country'] })
})
