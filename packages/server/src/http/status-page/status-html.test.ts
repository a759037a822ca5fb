import { expect, test } from 'vitest'
import { NO_COVERAGE } from '../../monitor/coverage.ts'
import type { PublicMonitor, PublicStatus } from './read-status.ts'
import { toMonitorBadge } from './monitor-badge.ts'
import { toStatusHtml } from './status-html.ts'

const AT = Date.UTC(2026, 0, 10, 12)
const DAY_MS = 86_400_000
const OPTIONS = { stylePath: '/status.css' }

function monitor(over: Partial<PublicMonitor> = {}): PublicMonitor {
  const uptime = { hours24: 1, days7: 1, days30: 1, days90: 0.99999 }
  return { id: 'm', name: 'Shop', state: 'up', inMaintenance: false, uptime, days: [{ time: AT - (AT % DAY_MS), ...NO_COVERAGE, upMs: DAY_MS / 2 }], ...over }
}

function page(over: Partial<PublicStatus> = {}): string {
  return toStatusHtml({ title: 'Shop', description: '', timeZone: 'Europe/Berlin', at: AT, monitors: [monitor()], incidents: [], maintenance: [], traffic: null, ...over }, OPTIONS)
}

test('the headline is that of the worst target that is not in maintenance', () => {
  const headline = (...monitors: PublicMonitor[]) => /class="headline (\w+)"><b[^>]*>.<\/b> ([^<]*)</.exec(page({ monitors }))?.slice(1)

  expect(headline(monitor(), monitor())).toEqual(['up', 'All is up'])
  expect(headline(monitor(), monitor({ state: 'degraded' }))).toEqual(['degraded', '1 of 2 degraded'])
  expect(headline(monitor({ state: 'down' }), monitor({ state: 'degraded' }))).toEqual(['down', '1 of 2 down'])
  expect(headline(monitor(), monitor({ state: 'down', inMaintenance: true }))).toEqual(['up', '1 of 2 up'])
  expect(headline(monitor({ state: 'waiting' }))).toEqual(['waiting', 'Nothing is checked at present'])
})

test('a second down is not 100 %, and a day says how long', () => {
  const days = [{ time: AT - (AT % DAY_MS), ...NO_COVERAGE, upMs: DAY_MS - 300_000, downMs: 300_000 }]
  const html = page({ monitors: [monitor({ days })] })

  expect(html).toContain('99.99 % up')
  expect(html).toContain('<title>10 Jan 2026: 99.65 % up, down for 5 min</title>')
  expect(html).toContain('class="down"')
})

test('times are those of the project, and what goes on says so', () => {
  const html = page({
    incidents: [
      { name: 'Shop', startedAt: AT - 600_000, endedAt: null },
      { name: 'Cart', startedAt: AT - DAY_MS, endedAt: AT - DAY_MS + 5_400_000 },
    ],
  })

  expect(html).toContain('<b>Shop</b> was down from 10 Jan, 12:50 until now, 10 min so far')
  expect(html).toContain('<b>Cart</b> was down from 9 Jan, 13:00 for 1 h 30 min')
})

test('a badge has the colour of its value', () => {
  const badge = (days90: number | null) => toMonitorBadge(monitor({ uptime: { hours24: null, days7: null, days30: null, days90 } }), 'uptime', '90', null)

  expect([badge(1), badge(0.995), badge(0.9), badge(null)]).toEqual([
    { label: 'uptime 90d', value: '100.00%', colour: 'good' },
    { label: 'uptime 90d', value: '99.50%', colour: 'fair' },
    { label: 'uptime 90d', value: '90.00%', colour: 'bad' },
    { label: 'uptime 90d', value: 'unknown', colour: 'unknown' },
  ])
  expect(toMonitorBadge(monitor(), 'latency', '30', 700_000)).toEqual({ label: 'response time', value: '700 ms', colour: 'fair' })
  expect(toMonitorBadge(monitor({ inMaintenance: true, state: 'down' }), 'status', '30', null).value).toBe('maintenance')
})
