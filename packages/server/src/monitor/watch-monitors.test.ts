import type { MonitorInput } from '@wayside/protocol'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { createMonitorHistory, type IncidentEvent } from '../registry/monitor-history.ts'
import { createMonitors } from '../registry/monitors.ts'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { insertProject, sampleCheck, sampleMonitor } from '../testing/sample-monitor.ts'
import { startTarget, type TargetMode } from '../testing/toggled-target.ts'
import { createChecker, type Check } from './checker.ts'
import { addCoverage, NO_COVERAGE, uptimeOf } from './coverage.ts'
import { watchMonitors } from './watch-monitors.ts'

const PATIENCE = { timeout: 20_000, interval: 5 }
const BEGIN = 1_700_000_000_000
const INTERVAL_MS = 60_000

onEachDatabase((create) => {
  /** Watches one monitor by a clock that the test sets. */
  async function setUp(settings: Partial<MonitorInput>, watchers = 1, toCheck?: (clock: { readonly now: number }) => Check, maxAtOnce = 10) {
    const place = await create()
    const database = await place.open()
    const projectId = await insertProject(database)
    const clock = { now: BEGIN }
    const now = () => clock.now
    const monitors = createMonitors(database, now)
    const history = createMonitorHistory(database)
    const monitor = await monitors.create(projectId, sampleMonitor({ intervalMs: INTERVAL_MS, ...settings }))
    const events: IncidentEvent[] = []
    const warnings: string[] = []
    const checker = createChecker({ guard: createAddressGuard(['127.0.0.1']), resolve: async () => [], now, monotonicMs: () => performance.now() })
    const watch = async () => {
      const opened = await place.open()
      const watcher = watchMonitors({
        monitors: createMonitors(opened, now),
        history: createMonitorHistory(opened),
        check: toCheck?.(clock) ?? checker,
        now,
        warn: (message) => warnings.push(message),
        onIncident: (event) => events.push(event),
        random: () => 0,
        pollMs: 5,
        maxAtOnce,
      })
      onTestFinished(() => watcher.stop())
      return watcher
    }
    const running = await Promise.all(Array.from({ length: watchers }, watch))
    const checks = async () => (await history.checks(monitor.id, Number.MAX_SAFE_INTEGER, 1_000)).toReversed()
    /** Waits until so many checks have been made. */
    const made = async (count: number) => vi.waitFor(async () => expect((await checks()).length).toBeGreaterThanOrEqual(count), PATIENCE)
    return { clock, database, projectId, monitors, history, monitor, events, warnings, running, watch, checks, made }
  }

  test('C12: the uptime of a target that is toggled between well, broken, hanging, refusing and slow is right to the check', async () => {
    const target = await startTarget({ slowMs: 1_200 })
    const { clock, projectId, history, monitors, monitor, events, checks, made } = await setUp({ url: target.url, timeoutMs: 2_500, slowMs: 1_000, failuresToOpen: 2, successesToClose: 2 })
    await made(1)
    /** Each with a check a minute, for so many minutes. */
    const course: readonly (readonly [TargetMode, number])[] = [
      ['ok', 3],
      ['error', 4],
      ['ok', 2],
      ['refused', 1],
      ['slow', 2],
      ['hang', 2],
      ['ok', 3],
    ]
    let count = 1
    for (const [mode, minutes] of course) {
      await target.turn(mode)
      for (let minute = 0; minute < minutes; minute++) {
        const due = (await monitors.due(clock.now + 2 * INTERVAL_MS, 1))[0]?.dueAt ?? 0
        clock.now = Math.max(clock.now + INTERVAL_MS, due)
        await made(++count)
      }
    }

    const seen = await checks()
    const letters = { up: 'u', degraded: 'g', down: 'd' }
    expect(seen.map(({ state }) => letters[state]).join('')).toBe('uuuudddduudggdduuu')
    const times = seen.map(({ at }) => at)
    expect(events.map(({ kind, incident }) => [kind, times.indexOf(kind === 'opened' ? incident.startedAt : (incident.endedAt ?? 0))])).toEqual([
      ['opened', 4],
      ['closed', 8],
      ['opened', 13],
      ['closed', 15],
    ])
    const covered = (await history.days(projectId, 0)).reduce(addCoverage, NO_COVERAGE)
    const expected = { up: 0, down: 0 }
    for (const [at, each] of seen.entries()) {
      const until = times[at + 1]
      if (until !== undefined) expected[each.state === 'down' ? 'down' : 'up'] += until - each.at
    }
    expect(uptimeOf(covered)).toBe(expected.up / (expected.up + expected.down))
    expect(monitor.publicId).toBe(events[0]?.monitor.publicId)
  })

  test('of several processes each check is made by one, and another goes on when one ends', async () => {
    const { clock, running, checks, made, events } = await setUp({}, 3, (clock) => async () => sampleCheck({ at: clock.now }))
    for (let count = 1; count <= 4; count++) {
      await made(count)
      clock.now += INTERVAL_MS
    }
    await running[0]?.stop()
    await running[1]?.stop()
    await made(5)
    clock.now += INTERVAL_MS
    await made(6)

    const instants = (await checks()).map(({ at }) => at)
    expect(instants).toEqual([...new Set(instants)])
    expect(events).toEqual([])
  })

  test('a server that was off does not make up for the checks of that time, nor all at once', async () => {
    const asked: number[] = []
    const { clock, projectId, monitors, made, running, watch } = await setUp({}, 1, (clock) => async () => {
      asked.push(clock.now)
      return sampleCheck({ at: clock.now })
    })
    await made(1)
    await running[0]?.stop()
    for (let count = 0; count < 30; count++) await monitors.create(projectId, sampleMonitor({ intervalMs: INTERVAL_MS }))
    clock.now += 3_600_000
    const before = asked.length

    await watch()
    await vi.waitFor(async () => expect(await monitors.due(clock.now, 100)).toEqual([]), PATIENCE)
    expect(asked.length).toBe(before)

    clock.now += INTERVAL_MS / 2
    await vi.waitFor(async () => expect(await monitors.due(clock.now, 100)).toEqual([]), PATIENCE)
    const half = asked.length - before
    clock.now += INTERVAL_MS / 2
    await vi.waitFor(() => expect(asked.length - before).toBe(31), PATIENCE)
    expect(half).toBeGreaterThan(5)
    expect(half).toBeLessThan(26)
  })

  test('so many checks are under way at a time, and those that wait are made when others end', async () => {
    const under: (() => void)[] = []
    let most = 0
    let made = 0
    const { projectId, monitors } = await setUp(
      {},
      1,
      (clock) => async () => {
        await new Promise<void>((resolve) => void (most = Math.max(most, under.push(resolve))))
        made++
        return sampleCheck({ at: clock.now })
      },
      2,
    )
    for (let count = 0; count < 4; count++) await monitors.create(projectId, sampleMonitor({ intervalMs: INTERVAL_MS }))
    for (let ended = 0; ended < 5; ended++) {
      await vi.waitFor(() => expect(under.length).toBe(Math.min(2, 5 - ended)), PATIENCE)
      under.shift()?.()
    }

    await vi.waitFor(() => expect([made, most]).toEqual([5, 2]), PATIENCE)
  })

  test('a check that a process leaves behind when it stops is made by the next one', async () => {
    let isFirst = true
    const { running, watch, made, checks } = await setUp({}, 1, (clock) => (_settings, signal) => {
      const result = sampleCheck({ at: clock.now })
      if (!isFirst) return Promise.resolve(result)
      isFirst = false
      return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(result)))
    })
    await vi.waitFor(() => expect(isFirst).toBe(false), PATIENCE)

    await running[0]?.stop()
    expect(await checks()).toEqual([])
    await watch()

    await made(1)
  })

  test('a database that refuses a result is told of, and watching goes on', async () => {
    const { clock, made, warnings } = await setUp({}, 1, (clock) => async () => {
      if (clock.now === BEGIN) throw new Error('out of memory')
      return sampleCheck({ at: clock.now })
    })
    await vi.waitFor(() => expect(warnings).toEqual([expect.stringContaining('out of memory')]), PATIENCE)
    clock.now += INTERVAL_MS

    await made(1)
  })
})
