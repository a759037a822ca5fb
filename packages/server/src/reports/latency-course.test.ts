import { expect, test } from 'vitest'
import { readLatencyCourse } from './latency-course.ts'
import { emptyRow } from '../query/empty-row.ts'
import type { StoreQuery } from '../store/store-query.ts'
import { toLatencyBucket } from '@wayside/protocol'

const HOUR_MS = 3_600_000
const from = Date.UTC(2026, 10, 22, 12)

/** Hours from noon on, with requests of these durations in them. */
function setUp(...hours: readonly (readonly number[])[]) {
  const asked: StoreQuery[] = []
  const engine = {
    async query(question: StoreQuery) {
      asked.push(question)
      const rows = hours.map((durationsMs, interval) => {
        const latency = new Map<number, number>()
        for (const bucket of durationsMs.map((ms) => toLatencyBucket(ms * 1_000))) latency.set(bucket, (latency.get(bucket) ?? 0) + 1)
        return { ...emptyRow(0), interval, requests: durationsMs.length, latency }
      })
      return { rows, source: 'rollup', rowsRead: 1, shed: 0 } as const
    },
  }
  const read = () =>
    readLatencyCourse({
      engine,
      project: { id: 1, timeZone: 'UTC' },
      about: { range: { from, to: from + hours.length * HOUR_MS }, filter: ['is', 'endpoint', ['GET /']] },
      grain: 'hour',
      now: from + hours.length * HOUR_MS,
      completeUntil: from,
      signal: new AbortController().signal,
    })
  return { asked, read }
}

test('each request is in the band of its duration, in its interval', async () => {
  const { read } = setUp([0.5, 3, 3, 60_000], [], [800])
  const { bandsMs, intervals } = await read()
  const bandsOf = (at: number) => intervals[at]?.requests.flatMap((count, band) => (count === 0 ? [] : [[bandsMs[band] ?? null, count]]))
  expect(intervals.map(({ time }) => time)).toEqual([from, from + HOUR_MS, from + 2 * HOUR_MS])
  expect(bandsOf(0)).toEqual([[1, 1], [5, 2], [null, 1]])
  expect(bandsOf(1)).toEqual([])
  expect(bandsOf(2)).toEqual([[1_000, 1]])
})

test('the engine is asked once, with the filter, for the buckets that percentiles are made of', async () => {
  const { asked, read } = setUp([1])
  await read()
  expect(asked).toHaveLength(1)
  expect(asked[0]).toMatchObject({ filter: { kind: 'text', dimension: 'endpoint' }, measures: new Set(['latency']), groupBy: [] })
})
