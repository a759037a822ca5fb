import type { DimensionValue } from '@wayside/protocol'
import type { StoreAnswer, StoreQuery, StoreRow } from '../store-query.ts'
import { compareKeys } from '../../query/compare-values.ts'
import type { Counted } from './counted.ts'
import { toPasses } from './passes.ts'

/** Answers a question by going through all that was ever counted. */
export function answerQuestion(all: readonly Counted[], question: StoreQuery): StoreAnswer {
  const { projectId, from, to, filter, groupBy, limit } = question
  const passes = filter === null ? () => true : toPasses(filter)
  const inRange = ({ time }: { readonly time: number }) => time >= from && time < to
  const project = all.filter((counted) => counted.projectId === projectId)
  const firsts = toFirsts(project)
  const met = project.filter(inRange)

  const groups = new Map<string, { interval: number; key: readonly DimensionValue[]; counted: Counted[] }>()
  for (const counted of met) {
    if (!passes(counted)) continue
    const interval = toInterval(question, counted.time)
    const key = groupBy.map((name) => counted.dimension(name))
    const name = JSON.stringify([interval, key])
    const group = groups.get(name) ?? { interval, key, counted: [] }
    group.counted.push(counted)
    groups.set(name, group)
  }

  const rows = [...groups.values()].map(({ interval, key, counted }): StoreRow => {
    const callers = new Set(counted.flatMap(({ caller }) => caller ?? []))
    const isNew = (caller: string) => {
      const first = { time: firsts.get(caller) ?? -Infinity }
      return inRange(first) && toInterval(question, first.time) === interval
    }
    return { interval, key, ...toSums(counted, question), ...countCallers(callers, isNew, question) }
  })
  return {
    rows: rows.filter(({ requests }) => requests > 0).toSorted(byRequestsThenKey).slice(0, limit ?? rows.length),
    source: 'raw',
    rowsRead: met.length,
    shed: clip(met.reduce((sum, { shed }) => sum + shed, 0)),
  }
}

/** When each consumer of the project was first seen. */
function toFirsts(project: readonly Counted[]): ReadonlyMap<string, number> {
  const firsts = new Map<string, number>()
  for (const { caller, time } of project) if (caller !== null) firsts.set(caller, Math.min(firsts.get(caller) ?? time, time))
  return firsts
}

function toInterval({ intervals }: StoreQuery, time: number): number {
  return intervals === null ? 0 : intervals.findLastIndex((start) => start <= time)
}

function toSums(counted: readonly Counted[], { measures }: StoreQuery): Omit<StoreRow, 'interval' | 'key' | 'consumers' | 'newConsumers'> {
  const sum = (of: (each: Counted) => number) => clip(counted.reduce((total, each) => total + of(each), 0))
  const most = (of: (each: Counted) => number) => counted.reduce((greatest, each) => Math.max(greatest, of(each)), 0)
  const ofClass = (statusClass: number) => sum(({ status, requests }) => (Math.floor(status / 100) === statusClass ? requests : 0))
  const latency = new Map<number, number>()
  if (measures.has('latency'))
    for (const [bucket, requests] of counted.flatMap((each) => each.latency)) if (requests > 0) latency.set(bucket, clip((latency.get(bucket) ?? 0) + requests))
  return {
    requests: sum(({ requests }) => requests),
    classes: [ofClass(1), ofClass(2), ofClass(3), ofClass(4), ofClass(5)],
    aborted: sum(({ aborted }) => aborted),
    requestBytes: sum(({ requestBytes }) => requestBytes),
    responseBytes: sum(({ responseBytes }) => responseBytes),
    timed: sum(({ timed }) => timed),
    durationUs: sum(({ durationUs }) => durationUs),
    maxUs: most(({ maxUs }) => maxUs),
    upstreamUs: sum(({ upstreamUs }) => upstreamUs),
    upstreamOfUs: sum(({ upstreamOfUs }) => upstreamOfUs),
    lastSeenAt: most(({ lastSeenAt }) => lastSeenAt),
    latency,
  }
}

function countCallers(callers: ReadonlySet<string>, isNew: (caller: string) => boolean, { measures }: StoreQuery): Pick<StoreRow, 'consumers' | 'newConsumers'> {
  return {
    consumers: measures.has('consumers') ? callers.size : 0,
    newConsumers: measures.has('newConsumers') ? [...callers].filter(isNew).length : 0,
  }
}

/** Sums stay at the greatest number that can be told exactly. */
function clip(sum: number): number {
  return Math.min(sum, Number.MAX_SAFE_INTEGER)
}

function byRequestsThenKey(a: StoreRow, b: StoreRow): number {
  return b.requests - a.requests || a.interval - b.interval || compareKeys(a.key, b.key)
}
