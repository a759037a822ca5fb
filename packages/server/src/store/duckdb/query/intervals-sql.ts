import { listValue } from '@duckdb/node-api'
import type { StoreQuery } from '../../store-query.ts'
import type { Parameters } from './parameters.ts'

/**
 * The interval of a time as SQL: 0 without intervals. Starts are whole numbers of a unit apart, so that the interval is
 * looked up by the unit, however long days and months are.
 */
export function toIntervalSql({ intervals, to }: StoreQuery, parameters: Parameters): (time: string) => string {
  const first = intervals?.[0]
  if (intervals === null || first === undefined) return () => '0'
  const unit = intervals.reduce((divisor, start) => greatestDivisor(divisor, start - first), 0) || to - first
  const units: number[] = []
  for (const [at, start] of intervals.entries()) {
    const end = Math.min(intervals[at + 1] ?? to, to)
    for (let time = start; time < end; time += unit) units.push(at)
  }
  const lookup = parameters.add(listValue(units), 'INTEGER[]')
  const [begin, width] = [parameters.add(BigInt(first), 'BIGINT'), parameters.add(BigInt(unit), 'BIGINT')]
  return (time) => `list_extract(${lookup}, (${time} - ${begin}) // ${width} + 1)`
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
