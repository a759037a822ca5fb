import type { QueryAnswer } from '@wayside/protocol'
import type { ChartMark } from '../../widgets/time-chart.tsx'

const MAX_MARKS = 12

/**
 * When versions of services were first seen, of an answer by version and time: not those that were there from the beginning, for
 * nobody can say when they came.
 */
export function toDeploys(answer: QueryAnswer | undefined): readonly ChartMark[] {
  if (answer === undefined || answer.nextCursor !== null) return []
  const first = new Map<string, number>()
  for (const [version, time] of answer.rows) {
    if (typeof version !== 'string' || typeof time !== 'number' || version === '(shed)') continue
    first.set(version, Math.min(time, first.get(version) ?? Infinity))
  }
  const earliest = Math.min(...first.values())
  return [...first]
    .filter(([, time]) => time > earliest && time > answer.meta.from)
    .map(([name, time]) => ({ name, time }))
    .toSorted((a, b) => a.time - b.time)
    .slice(-MAX_MARKS)
}
