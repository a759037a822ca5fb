import { describe, expect, test } from 'vitest'
import { parseDataQuery } from './data-query.ts'

const DAY_MS = 86_400_000
const NEW_YEAR = Date.UTC(2026, 0, 1)

test.each([
  [{}, { filters: {}, page: 1, compact: false }],
  [
    { page: '3', compact: 'true' },
    { filters: {}, page: 3, compact: true },
  ],
  [{ date: '2026-01-01' }, { filters: { from: NEW_YEAR, to: NEW_YEAR + DAY_MS } }],
  [{ dateFrom: '2026-01-01', dateTo: '2026-01-02' }, { filters: { from: NEW_YEAR, to: NEW_YEAR + 2 * DAY_MS } }],
  [{ dateTo: '2026-01-01' }, { filters: { to: NEW_YEAR + DAY_MS } }],
  [
    { date: '2026-01-01', dateFrom: '2020-01-01', dateTo: '2030-01-01' },
    { filters: { from: NEW_YEAR, to: NEW_YEAR + DAY_MS } },
  ],
  [{ hostname: 'h', status: '404', location: 'gb' }, { filters: { host: 'h', status: 404, country: 'GB' } }],
  [{ ip: '203.0.113.7' }, { filters: { ip: '203.0.113.7' } }],
  [{ ipAddress: '2001:DB8::1' }, { filters: { ip: '2001:db8::1' } }],
  [{ userID: 'ada' }, { filters: { userId: 'ada' } }],
  [{ userId: 'ada' }, { filters: { userId: 'ada' } }],
  [{ user_id: 'ada', userId: 'ada' }, { filters: { userId: 'ada' } }],
])('%j asks for %j', (query, expected) => {
  expect(parseDataQuery(query)).toMatchObject(expected)
})

describe('is refused, rather than left out:', () => {
  test.each([
    [{ page: '0' }],
    [{ page: 'x' }],
    [{ date: '2026-02-30' }],
    [{ dateFrom: '01/02/2026' }],
    [{ status: '1000' }],
    [{ location: 'Germany' }],
    [{ ip: 'localhost' }],
    [{ compact: '1' }],
    [{ user_id: 'ada', userId: 'bob' }],
    [{ hostname: ['a', 'b'] }],
    [{ userid: 'ada' }],
    [{ hostname: 'h'.repeat(5_000) }],
  ])('%j', (query) => {
    expect(() => parseDataQuery(query)).toThrow(/must|no parameter|two values/)
  })
})
