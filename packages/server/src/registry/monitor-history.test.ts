import { type MonitorState, quantileUs } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { HOUR_MS } from '../monitor/coverage.ts'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { insertProject, sampleCheck, sampleMonitor } from '../testing/sample-monitor.ts'
import { createMonitorHistory, KEEP_CHECKS_MS, KEEP_HOURS_MS } from './monitor-history.ts'
import { createMonitors } from './monitors.ts'

const BEGIN = 1_700_000_000_000 - (1_700_000_000_000 % (24 * HOUR_MS))
const MINUTE_MS = 60_000

onEachDatabase((create) => {
  async function setUp() {
    const place = await create()
    const database = await place.open()
    const projectId = await insertProject(database)
    const monitors = createMonitors(database, () => BEGIN)
    const history = createMonitorHistory(database)
    const monitor = await monitors.create(projectId, sampleMonitor({ intervalMs: MINUTE_MS }))
    const options = { retryAt: BEGIN + 5, dayOf: (instant: number) => instant - (instant % (24 * HOUR_MS)) }
    /** Records checks a minute apart, by their first letters. */
    const record = async (letters: string, from = BEGIN) => {
      const events = []
      for (const [at, letter] of [...letters].entries()) {
        const state: MonitorState = letter === 'u' ? 'up' : letter === 'g' ? 'degraded' : 'down'
        const found = await monitors.find(projectId, monitor.publicId)
        if (found === null) throw new Error('the monitor is gone')
        const failure = state === 'down' ? { status: null, reason: 'the connection was refused' } : {}
        const event = await history.record(found, sampleCheck({ at: from + at * MINUTE_MS, state, ...failure }), options)
        if (event !== null) events.push(event)
      }
      return events
    }
    return { database, projectId, monitors, history, monitor, options, record }
  }

  test('checks become standing, incidents, hours and days', async () => {
    const { projectId, monitors, history, monitor, record } = await setUp()

    const events = await record('uuddduug')

    const reason = 'the connection was refused'
    const incident = { id: expect.any(Number), monitorId: monitor.id, startedAt: BEGIN + 2 * MINUTE_MS, openedAt: BEGIN + 3 * MINUTE_MS, endedAt: null, reason }
    expect(events).toMatchObject([
      { kind: 'opened', monitor: { publicId: monitor.publicId, standing: { state: 'down' } }, incident },
      { kind: 'closed', incident: { ...incident, endedAt: BEGIN + 5 * MINUTE_MS } },
    ])
    expect(await history.incidents(projectId, monitor.id, null, 10)).toEqual([{ ...incident, endedAt: BEGIN + 5 * MINUTE_MS }])
    expect((await monitors.find(projectId, monitor.publicId))?.standing).toEqual({ state: 'degraded', reason: null, checkedAt: BEGIN + 7 * MINUTE_MS, streak: 3, streakSince: BEGIN + 5 * MINUTE_MS, incidentId: null })
    const sums = { monitorId: monitor.id, time: BEGIN, upMs: 4 * MINUTE_MS, degradedMs: 0, downMs: 3 * MINUTE_MS, maintenanceMs: 0 }
    expect(await history.hours(projectId, BEGIN)).toEqual([sums])
    expect(await history.days(projectId, BEGIN)).toEqual([sums])
    const [latency] = await history.latencies(monitor.id, BEGIN)
    expect([...(latency?.counts.values() ?? [])]).toEqual([5])
    expect((quantileUs(latency?.counts ?? new Map(), 0.5) ?? 0) / 120_000).toBeCloseTo(1, 1)
    expect((await history.checks(monitor.id, BEGIN + 3 * MINUTE_MS, 2)).map(({ at, state, status }) => [at - BEGIN, state, status])).toEqual([
      [2 * MINUTE_MS, 'down', null],
      [MINUTE_MS, 'up', 200],
    ])
  })

  test('time over the end of an hour counts for both, and a pause without checks for none', async () => {
    const { projectId, history, record } = await setUp()

    await record('uuu', BEGIN + HOUR_MS - 90_000)
    await record('u', BEGIN + 5 * HOUR_MS)

    const hours = (await history.hours(projectId, BEGIN)).toSorted((a, b) => a.time - b.time)
    expect(hours.map(({ time, upMs }) => [time - BEGIN, upMs])).toEqual([
      [0, 90_000],
      // Half a minute to the third check, and one and a half intervals that it stands for.
      [HOUR_MS, 30_000 + 90_000],
      [5 * HOUR_MS, 0],
    ])
  })

  test('maintenance leaves time out, opens nothing, and is for the monitors that it is meant for', async () => {
    const { database, projectId, history, record } = await setUp()
    await database.query(`INSERT INTO maintenance_windows (project_id, monitor_id, begins_at, ends_at, note) VALUES ($1, NULL, $2, $3, '')`, [projectId, BEGIN, BEGIN + 3 * MINUTE_MS])

    expect(await record('ddduu')).toEqual([])

    expect(await history.days(projectId, BEGIN)).toMatchObject([{ upMs: MINUTE_MS, downMs: 0, maintenanceMs: 3 * MINUTE_MS }])
  })

  test('a check is taken down once, not for settings that changed, and hurries the next one while it decides', async () => {
    const { monitors, projectId, history, monitor, options } = await setUp()
    await monitors.claim({ monitor, dueAt: BEGIN, timeZone: 'UTC' }, BEGIN + MINUTE_MS)
    const down = sampleCheck({ at: BEGIN, state: 'down' })

    await history.record(monitor, down, options)
    await history.record(monitor, down, options)
    expect((await monitors.find(projectId, monitor.publicId))?.standing).toMatchObject({ streak: -1 })
    expect(await monitors.due(options.retryAt, 1)).toHaveLength(1)

    await monitors.change(projectId, monitor.publicId, { url: 'https://other.example.org/' })
    await history.record(monitor, { ...down, at: BEGIN + 1 }, options)
    expect(await history.checks(monitor.id, BEGIN + HOUR_MS, 10)).toHaveLength(1)
  })

  test('a check that a later one has overtaken changes nothing but the list, and a clock that is put back does not stop it all', async () => {
    const { monitors, projectId, history, monitor, options } = await setUp()
    const standing = async () => (await monitors.find(projectId, monitor.publicId))?.standing
    await history.record(monitor, sampleCheck({ at: BEGIN + 5_000 }), options)

    await history.record(monitor, sampleCheck({ at: BEGIN, state: 'down' }), options)
    expect(await standing()).toMatchObject({ state: 'up', checkedAt: BEGIN + 5_000 })
    expect(await history.checks(monitor.id, BEGIN + HOUR_MS, 10)).toHaveLength(2)

    await history.record(monitor, sampleCheck({ at: BEGIN - HOUR_MS, state: 'down' }), options)
    expect(await standing()).toMatchObject({ state: 'down', checkedAt: BEGIN - HOUR_MS })
  })

  test('checks are forgotten after three days, hours after ninety', async () => {
    const { projectId, history, monitor, record } = await setUp()
    await record('uu')

    await history.prune(BEGIN + KEEP_CHECKS_MS + 1)
    expect(await history.checks(monitor.id, BEGIN + HOUR_MS, 10)).toHaveLength(1)
    await history.prune(BEGIN + KEEP_HOURS_MS)
    expect(await history.hours(projectId, 0)).toHaveLength(1)
    await history.prune(BEGIN + KEEP_HOURS_MS + 1)
    expect(await history.hours(projectId, 0)).toEqual([])
    await history.prune(BEGIN + KEEP_HOURS_MS + 24 * HOUR_MS + 1)
    expect(await history.days(projectId, 0)).toEqual([])
  })
})
