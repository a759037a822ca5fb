import { createCalendar, type Calendar } from '../query/calendar.ts'
import { repeat } from '../jobs/repeat.ts'
import type { IncidentEvent, MonitorHistory } from '../registry/monitor-history.ts'
import type { DueMonitor, Monitors } from '../registry/monitors.ts'
import type { Check } from './checker.ts'
import { isMissed, nextCheckAt } from './schedule.ts'

export interface WatchOptions {
  readonly monitors: Monitors
  readonly history: MonitorHistory
  readonly check: Check
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly warn: (message: string) => void
  /** Told once an incident has opened or closed, by the process that made the check. */
  readonly onIncident: (event: IncidentEvent) => void
  /** 0 to 1. @default Math.random */
  readonly random?: () => number
  /** How often is looked for monitors that are due. @default 1000 */
  readonly pollMs?: number
  /** Checks under way at the same time; others wait. @default 200 */
  readonly maxAtOnce?: number
}

const PRUNE_MS = 3_600_000

/**
 * Checks monitors as they become due. Processes that watch the same monitors share the work: who moves a monitor's next check
 * on makes this one.
 */
export function watchMonitors({ monitors, history, check, now, warn, onIncident, random = Math.random, pollMs = 1_000, maxAtOnce = 200 }: WatchOptions): { stop(): Promise<void> } {
  const running = new Set<Promise<void>>()
  const end = new AbortController()
  const days = new Map<string, Calendar>()

  /** When the day of an instant began. */
  const dayOf = (timeZone: string) => (instant: number) => {
    const calendar = days.get(timeZone) ?? createCalendar('day', timeZone)
    days.set(timeZone, calendar)
    return calendar.startOf(instant)
  }

  async function poll(): Promise<void> {
    for (const due of await monitors.due(now(), maxAtOnce - running.size)) {
      const { publicId, intervalMs } = due.monitor
      const at = now()
      const next = nextCheckAt({ publicId, intervalMs, undecided: false, now: at, random: random() })
      const isOurs = await monitors.claim(due, next)
      if (!isOurs || isMissed(due.dueAt, intervalMs, at)) continue
      const work = make(due)
        .catch((error: unknown) => warn(`the check of the monitor ${publicId} could not be taken down: ${String(error)}; the next one follows`))
        .finally(() => running.delete(work))
      running.add(work)
    }
  }

  async function make({ monitor, timeZone }: DueMonitor): Promise<void> {
    const result = await check(monitor, end.signal)
    // Whoever goes on makes it.
    if (end.signal.aborted) return monitors.hurry(monitor)
    const { publicId, intervalMs } = monitor
    const retryAt = nextCheckAt({ publicId, intervalMs, undecided: true, now: now(), random: random() })
    const event = await history.record(monitor, result, { retryAt, dayOf: dayOf(timeZone) })
    if (event !== null) onIncident(event)
  }

  const polling = repeat(pollMs, poll, (error) => warn(`the monitors that are due could not be asked for: ${String(error)}; it is tried again`))
  const pruning = repeat(PRUNE_MS, () => history.prune(now()), (error) => warn(`old checks could not be removed: ${String(error)}; it is tried again`))
  return {
    async stop() {
      await Promise.all([polling.stop(), pruning.stop()])
      end.abort()
      await Promise.all(running)
    },
  }
}
