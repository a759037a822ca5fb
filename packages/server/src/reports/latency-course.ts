import { fromLatencyBucket, type LatencyCourse, type Query, type TimeGrain } from '@wayside/protocol'
import { planQuery } from '../query/plan-query.ts'
import type { Project } from '../registry/registry.ts'
import type { QueryEngine } from '../store/store-query.ts'

export interface LatencyCourseOptions {
  readonly engine: QueryEngine
  readonly project: Pick<Project, 'id' | 'timeZone'>
  readonly about: Pick<Query, 'range' | 'timeZone' | 'filter'>
  readonly grain: TimeGrain
  /** Milliseconds since 1970, as `completeUntil`. */
  readonly now: number
  /** Read before the engine is asked, so that the answer holds at least what it promises. */
  readonly completeUntil: number
  /** Stops the work; the answer rejects with its reason. */
  readonly signal: AbortSignal
}

/** Ends of bands that people think in, milliseconds. */
const BANDS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

/** Counts requests by how long they took, over time. Rejects as `readQuery` does. */
export async function readLatencyCourse({ engine, project, about, grain, now, completeUntil, signal }: LatencyCourseOptions): Promise<LatencyCourse> {
  const plan = planQuery({ ...about, metrics: ['p50'], dimensions: [`time:${grain}`] }, project, now)
  const { from, to, intervals } = plan.period
  const { rows } = await engine.query({ projectId: plan.projectId, from, to, intervals, groupBy: [], filter: plan.filter, measures: plan.measures, limit: null, signal })
  const latencies = new Map(rows.map(({ interval, latency }) => [interval, latency]))
  return {
    from,
    to,
    timeZone: plan.timeZone,
    completeUntil,
    bandsMs: BANDS_MS,
    intervals: (intervals ?? []).map((time, at) => ({ time, requests: toBands(latencies.get(at) ?? new Map()) })),
  }
}

/** Each bucket by the duration that stands for it, which is where percentiles see it too. */
function toBands(latency: ReadonlyMap<number, number>): readonly number[] {
  const requests = Array.from({ length: BANDS_MS.length + 1 }, () => 0)
  for (const [bucket, count] of latency) {
    const found = BANDS_MS.findIndex((endMs) => fromLatencyBucket(bucket) <= endMs * 1_000)
    const at = found === -1 ? BANDS_MS.length : found
    requests[at] = (requests[at] ?? 0) + count
  }
  return requests
}
