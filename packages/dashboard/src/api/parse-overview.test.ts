import { expect, test } from 'vitest'
import { toEmptyOverview, toOverviewFixture } from '../../test/overview-fixture.ts'
import { parseOverview } from './parse-overview.ts'

const overview = toOverviewFixture('24h', Date.UTC(2026, 10, 22, 12))

test('an overview passes, an empty one and one with more members too', () => {
  expect(parseOverview(overview)).toBe(overview)
  expect(parseOverview(toEmptyOverview('30d', Date.now()))).not.toBeNull()
  expect(parseOverview({ ...overview, later: 1 })).not.toBeNull()
})

test('what lacks any member that a view reads is no overview', () => {
  for (const name of Object.keys(overview)) expect(parseOverview({ ...overview, [name]: undefined }), name).toBeNull()
  for (const name of Object.keys(overview.delivery))
    expect(parseOverview({ ...overview, delivery: { ...overview.delivery, [name]: undefined } }), name).toBeNull()
  for (const name of Object.keys(overview.totals))
    expect(parseOverview({ ...overview, totals: { ...overview.totals, [name]: undefined } }), name).toBeNull()
})

test.each([null, 'text', 7, [], {}, { ...overview, period: '2h' }, { ...overview, intervalMs: 0 }, { ...overview, series: [null] }])(
  '%j is no overview',
  (body) => {
    expect(parseOverview(body)).toBeNull()
  },
)
