import type { StoreQuery } from '../../store-query.ts'
import type { Parameters } from './parameters.ts'

/** Intervals of the same length, one after another. */
interface Run {
  readonly start: number
  readonly widthMs: number
  readonly first: number
}

/** The interval of a time as SQL: 0 without intervals. Days and months differ in length, but have few changes of it. */
export function toIntervalSql({ intervals, to }: StoreQuery, parameters: Parameters): (time: string) => string {
  if (intervals === null) return () => '0'
  const number = (value: number) => parameters.add(value, 'Int64')
  const runs = toRuns(intervals, to).map(({ start, widthMs, first }) => ({ start: number(start), width: number(widthMs), first: number(first) }))
  const within = (time: string, { start, width, first }: (typeof runs)[number]) => `${first} + intDiv(${time} - ${start}, ${width})`
  return (time) => {
    const cases = runs.flatMap((run, at) => {
      const next = runs[at + 1]
      return next === undefined ? [within(time, run)] : [`${time} < ${next.start}`, within(time, run)]
    })
    return cases.length === 1 ? `(${cases[0]})` : `multiIf(${cases.join(', ')})`
  }
}

function toRuns(intervals: readonly number[], to: number): readonly Run[] {
  const runs: Run[] = []
  for (const [first, start] of intervals.entries()) {
    const widthMs = Math.max(1, (intervals[first + 1] ?? Math.max(to, start + 1)) - start)
    const last = runs.at(-1)
    const isLast = first === intervals.length - 1
    // The last interval may be cut short; it has no next one to be told from.
    if (last?.widthMs === widthMs || (isLast && last !== undefined && widthMs <= last.widthMs)) continue
    runs.push({ start, widthMs, first })
  }
  return runs
}
