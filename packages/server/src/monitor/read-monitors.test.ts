import { expect, test } from 'vitest'
import { createMaintenance } from '../registry/maintenance.ts'
import { createMonitorHistory } from '../registry/monitor-history.ts'
import { createMonitors } from '../registry/monitors.ts'
import { createCalendar } from '../query/calendar.ts'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { insertProject, sampleCheck, sampleMonitor } from '../testing/sample-monitor.ts'
import { HOUR_MS } from './coverage.ts'
import { readMonitors, toLatency } from './read-monitors.ts'

/** Three in the afternoon where the clock was put back that morning. */
const NOW = Date.UTC(2025, 9, 26, 14)
const ZONE = 'Europe/Berlin'
const MINUTE_MS = 60_000

onEachDatabase((create) => {
  test('days are those of the project, a day of 25 hours too, and the time since the last check is in them', async () => {
    const database = await (await create()).open()
    const project = { id: await insertProject(database), timeZone: ZONE }
    const parts = { monitors: createMonitors(database, () => NOW), history: createMonitorHistory(database), maintenance: createMaintenance(database) }
    const monitor = await parts.monitors.create(project.id, sampleMonitor({ intervalMs: HOUR_MS }))
    const calendar = createCalendar('day', ZONE)
    // Up for two days and down for the last two hours, with a check an hour.
    for (let at = NOW - 48 * HOUR_MS; at <= NOW - HOUR_MS; at += HOUR_MS)
      await parts.history.record(monitor, sampleCheck({ at, state: at >= NOW - 2 * HOUR_MS ? 'down' : 'up' }), { retryAt: at + MINUTE_MS, dayOf: calendar.startOf })

    const [report] = await readMonitors(parts, project, NOW)

    expect(report?.days).toHaveLength(90)
    expect(report?.days.slice(-4).map(({ time, upMs, downMs }) => [new Date(time).toISOString(), upMs / HOUR_MS, downMs / HOUR_MS])).toEqual([
      ['2025-10-22T22:00:00.000Z', 0, 0],
      ['2025-10-23T22:00:00.000Z', 8, 0],
      ['2025-10-24T22:00:00.000Z', 24, 0],
      ['2025-10-25T22:00:00.000Z', 14, 2],
    ])
    expect(report).toMatchObject({ state: 'down', uptime: { days7: 46 / 48, days30: 46 / 48, days90: 46 / 48 }, incident: { startedAt: NOW - 2 * HOUR_MS, endedAt: null } })
    expect(report?.uptime.hours24).toBe(22 / 24)
  })

  test('a paused monitor, and one that nobody has checked for long, gain no time', async () => {
    const database = await (await create()).open()
    const project = { id: await insertProject(database), timeZone: ZONE }
    const parts = { monitors: createMonitors(database, () => NOW), history: createMonitorHistory(database), maintenance: createMaintenance(database) }
    const monitor = await parts.monitors.create(project.id, sampleMonitor({ intervalMs: MINUTE_MS }))
    await parts.history.record(monitor, sampleCheck({ at: NOW - HOUR_MS }), { retryAt: NOW, dayOf: (instant) => instant })
    const today = async () => (await readMonitors(parts, project, NOW))[0]?.days.at(-1)?.upMs

    expect(await today()).toBe(1.5 * MINUTE_MS)
    await parts.monitors.change(project.id, monitor.publicId, { paused: true })
    expect(await today()).toBe(0)
  })
})

test('percentiles of hours add up to those of all', () => {
  const latency = toLatency([
    { hour: 0, counts: new Map([[200, 1]]) },
    { hour: HOUR_MS, counts: new Map([[300, 99]]) },
    { hour: 2 * HOUR_MS, counts: new Map() },
  ])

  expect(latency.hours.map(({ time, checks }) => [time, checks])).toEqual([
    [0, 1],
    [HOUR_MS, 99],
  ])
  expect(latency.p50Us).toBe(latency.hours[1]?.p50Us)
  expect(toLatency([])).toEqual({ hours: [], p50Us: null, p95Us: null, p99Us: null })
})
