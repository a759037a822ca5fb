import type { AlertCondition } from '@wayside/protocol'
import type { Memory } from './detector.ts'

type Condition = Extract<AlertCondition, { kind: 'accessPattern' }>

interface Saved {
  readonly seen: number
  readonly last: { readonly endpoint: string; readonly time: number } | null
  readonly steps: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const MINUTE_MS = 60_000
/** With more pairs, or more steps from one endpoint, all counts are halved: what is rare goes, and new ways of use become usual. */
const MAX_PAIRS = 1_000
const MAX_STEPS = 10_000

/**
 * The steps of a consumer from endpoint to endpoint, as a Markov chain of the first order. A step is unusual when it and those
 * that are as rare together make less than `probability` of those from there. Each counts once more than it was seen (the
 * rule of succession), so that little evidence is no evidence.
 */
export function openAccessPattern({ probability, withinMinutes, minEvents }: Condition, saved: string | null): Memory {
  // Boundary: it was written by `save`.
  const before = saved === null ? null : (JSON.parse(saved) as Saved)
  let { seen, last } = before ?? { seen: 0, last: null }
  const steps = new Map(Object.entries(before?.steps ?? {}).map(([from, row]) => [from, new Map(Object.entries(row))]))

  function judge(from: string, to: string): string | null {
    const row = steps.get(from)
    if (row === undefined || seen < minEvents) return null
    const count = row.get(to) ?? 0
    let [all, asRare] = [0, 0]
    for (const each of row.values()) {
      all += each
      if (each <= count) asRare += each
    }
    return (asRare + 1) / (all + 1) < probability ? `went from ${from} to ${to}, as it did ${count} of ${all} times` : null
  }

  function learn(from: string, to: string): void {
    const row = steps.get(from) ?? new Map<string, number>()
    steps.set(from, row.set(to, (row.get(to) ?? 0) + 1))
    if (sum(row.values()) > MAX_STEPS) halve(row)
    while (sum([...steps.values()].map(({ size }) => size)) > MAX_PAIRS) for (const [name, each] of steps) if (halve(each).size === 0) steps.delete(name)
  }

  return {
    take({ time, endpoint }) {
      const goesOn = last !== null && time - last.time <= withinMinutes * MINUTE_MS
      const finding = last !== null && goesOn ? judge(last.endpoint, endpoint) : null
      if (last !== null && goesOn) learn(last.endpoint, endpoint)
      seen++
      last = { endpoint, time }
      return finding
    },
    save: () => JSON.stringify({ seen, last, steps: Object.fromEntries([...steps].map(([from, row]) => [from, Object.fromEntries(row)])) } satisfies Saved),
  }
}

function halve(row: Map<string, number>): Map<string, number> {
  for (const [to, count] of row) {
    if (count > 1) row.set(to, Math.floor(count / 2))
    else row.delete(to)
  }
  return row
}

function sum(values: Iterable<number>): number {
  let all = 0
  for (const value of values) all += value
  return all
}
