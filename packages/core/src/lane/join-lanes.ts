import type { FlushResult } from './flush-watchers.ts'
import type { LaneStats } from './open-lane.ts'
import type { Stats } from '../recorder-interface.ts'

/** What became of events that several groups should get: an event counts by the group that is worst off. */
export function joinFlushes(results: readonly FlushResult[]): FlushResult {
  return {
    delivered: Math.min(...results.map((result) => result.delivered)),
    spooled: Math.max(...results.map((result) => result.spooled)),
    pending: Math.max(...results.map((result) => result.pending)),
    dropped: Math.max(...results.map((result) => result.dropped)),
  }
}

/** One flush after another. */
export function addFlushes(a: FlushResult, b: FlushResult): FlushResult {
  return { delivered: a.delivered + b.delivered, spooled: a.spooled + b.spooled, pending: b.pending, dropped: a.dropped + b.dropped }
}

/** The counters of the group that is worst off in each, and of each group where there are several. */
export function joinStats(stats: readonly LaneStats[]): Omit<Stats, 'captured' | 'mapperFaults'> {
  const dropped: Record<string, number> = {}
  for (const lane of stats) for (const [reason, events] of Object.entries(lane.dropped)) dropped[reason] = Math.max(dropped[reason] ?? 0, events)
  return {
    delivered: Math.min(...stats.map((lane) => lane.delivered)),
    pending: Math.max(...stats.map((lane) => lane.pending)),
    dropped,
    shed: Math.min(...stats.map((lane) => lane.shed)),
    ...(stats.length > 1 && { receivers: stats }),
  }
}
