import type { Stats } from '../recorder-interface.ts'
import type { FlushResult } from './flush-watchers.ts'
import type { Lane, LaneStats } from './lane.ts'

/** All lanes of a recorder as one: each gets every event. Where they differ, the one that is worst off counts. */
export interface Lanes extends Pick<Lane, 'push' | 'lose' | 'offerStack' | 'flush' | 'exit'> {
  /** Delivers what waits and what comes while that lasts; then calls `onLast` and ends the lanes. */
  close(timeoutMs: number, onLast: () => void): Promise<FlushResult>
  /** The process has nothing else to do: one attempt to deliver what waits. */
  lastCall(timeoutMs: number): Promise<void>
  /** Events wait in memory. */
  readonly busy: boolean
  stats(): Omit<Stats, 'captured' | 'mapperFaults'>
}

export function joinLanes(lanes: readonly Lane[], monotonicMs: () => number): Lanes {
  const isBusy = (lane: Lane) => {
    const { pending, spooled } = lane.stats()
    return pending > spooled
  }

  async function close(lane: Lane, untilMs: number): Promise<FlushResult> {
    const leftMs = () => Math.max(0, untilMs - monotonicMs())
    let result = await lane.finish(leftMs())
    while (isBusy(lane) && leftMs() > 0) result = add(result, await lane.finish(leftMs()))
    return result
  }

  return {
    push(event, nowMs) {
      for (const lane of lanes) lane.push(event, nowMs)
    },
    lose(seq, reason) {
      for (const lane of lanes) lane.lose(seq, reason)
    },
    offerStack(stack, nowMs) {
      for (const lane of lanes) lane.offerStack(stack, nowMs)
    },
    flush: async (timeoutMs) => worst(await Promise.all(lanes.map((lane) => lane.flush(timeoutMs)))),
    async close(timeoutMs, onLast) {
      const untilMs = monotonicMs() + timeoutMs
      const results = await Promise.all(lanes.map((lane) => close(lane, untilMs)))
      onLast()
      const spooled = await Promise.all(lanes.map((lane) => lane.end(Math.max(0, untilMs - monotonicMs()))))
      return worst(results.map((result, at) => moveToSpool(result, spooled[at] ?? 0)))
    },
    async lastCall(timeoutMs) {
      await Promise.all(lanes.map((lane) => lane.lastCall(timeoutMs)))
    },
    exit() {
      for (const lane of lanes) lane.exit()
    },
    get busy() {
      return lanes.some(isBusy)
    },
    stats() {
      const all = lanes.map((lane) => lane.stats())
      return {
        delivered: Math.min(...all.map((lane) => lane.delivered)),
        pending: Math.max(...all.map((lane) => lane.pending)),
        spooled: Math.max(...all.map((lane) => lane.spooled)),
        dropped: mostDropped(all),
        shed: Math.min(...all.map((lane) => lane.shed)),
        ...(all.length > 1 && { receivers: all }),
      }
    },
  }
}

function worst(results: readonly FlushResult[]): FlushResult {
  return {
    delivered: Math.min(...results.map((result) => result.delivered)),
    spooled: Math.max(...results.map((result) => result.spooled)),
    pending: Math.max(...results.map((result) => result.pending)),
    dropped: Math.max(...results.map((result) => result.dropped)),
  }
}

function moveToSpool(result: FlushResult, events: number): FlushResult {
  return { ...result, spooled: result.spooled + events, pending: Math.max(0, result.pending - events) }
}

/** One flush after another. */
function add(a: FlushResult, b: FlushResult): FlushResult {
  return { delivered: a.delivered + b.delivered, spooled: a.spooled + b.spooled, pending: b.pending, dropped: a.dropped + b.dropped }
}

function mostDropped(stats: readonly LaneStats[]): Readonly<Record<string, number>> {
  const dropped: Record<string, number> = {}
  for (const lane of stats) for (const [reason, events] of Object.entries(lane.dropped)) dropped[reason] = Math.max(dropped[reason] ?? 0, events)
  return dropped
}
