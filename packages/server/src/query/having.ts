import { METRICS, QUERY_LIMITS, type Having, type Metric } from '@wayside/protocol'
import { QueryProblem } from './query-problem.ts'

/** Whether a group's metrics, in the order of the plan, are what was asked for. */
export type Holds = (values: readonly (number | null)[]) => boolean

type HoldsBy = (valueOf: (metric: Metric) => number | null) => boolean

/** A condition on metrics. A metric that was not measured passes no comparison. Throws `QueryProblem` for a malformed one. */
export function toHolds(having: Having): HoldsBy {
  let clauses = 0

  function read(part: Having, depth: number, pointer: string): HoldsBy {
    if (++clauses > QUERY_LIMITS.filterClauses) throw new QueryProblem('/having', `the condition has more than ${QUERY_LIMITS.filterClauses} parts: leave some out`)
    if (depth > QUERY_LIMITS.filterDepth) throw new QueryProblem(pointer, `the condition is nested deeper than ${QUERY_LIMITS.filterDepth}: put parts beside each other`)
    switch (part[0]) {
      case 'and':
      case 'or': {
        if (part[1].length === 0) throw new QueryProblem(pointer, `"${part[0]}" holds no condition: give it at least one`)
        const all = part[1].map((each, at) => read(each, depth + 1, `${pointer}/1/${at}`))
        return part[0] === 'and' ? (valueOf) => all.every((holds) => holds(valueOf)) : (valueOf) => all.some((holds) => holds(valueOf))
      }
      case 'not': {
        const holds = read(part[1], depth + 1, `${pointer}/1`)
        return (valueOf) => !holds(valueOf)
      }
      case 'gt':
      case 'gte':
      case 'lt':
      case 'lte': {
        const [comparison, metric, bound] = part
        if (!METRICS.includes(metric)) throw new QueryProblem(`${pointer}/1`, `no such metric: use ${METRICS.join(', ')}`)
        if (!Number.isFinite(bound)) throw new QueryProblem(`${pointer}/2`, `"${comparison}" takes a number`)
        return (valueOf) => {
          const value = valueOf(metric)
          return value !== null && COMPARE[comparison](value, bound)
        }
      }
      default:
        throw new QueryProblem(`${pointer}/0`, 'a condition begins with one of and, or, not, gt, gte, lt, lte')
    }
  }

  return read(having, 1, '/having')
}

/** The metrics that a condition names. */
export function metricsOf(having: Having): readonly Metric[] {
  switch (having[0]) {
    case 'and':
    case 'or':
      return having[1].flatMap(metricsOf)
    case 'not':
      return metricsOf(having[1])
    default:
      return [having[1]]
  }
}

const COMPARE = {
  gt: (value: number, bound: number) => value > bound,
  gte: (value: number, bound: number) => value >= bound,
  lt: (value: number, bound: number) => value < bound,
  lte: (value: number, bound: number) => value <= bound,
}
