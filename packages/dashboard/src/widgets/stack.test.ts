import type { SeriesPoint } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { barEdges, sumOf, toStack } from './stack.ts'

const point = (counts: Partial<SeriesPoint>): SeriesPoint => ({
  time: 0,
  informational: 0,
  success: 0,
  redirect: 0,
  clientError: 0,
  serverError: 0,
  ...counts,
})
const layer = (series: readonly SeriesPoint[], status: string, partial = false) => {
  const layers = toStack({ series, width: 100, height: 100, max: 100, isPartial: () => partial })
  return layers.find((each) => each.status === status)
}

test('layers stand on each other', () => {
  const series = [point({ success: 50, serverError: 25 })]
  expect(layer(series, 'success')?.complete).toBe('M22 100V50H78V100Z')
  expect(layer(series, 'serverError')?.complete).toBe('M22 50V25H78V50Z')
})

test('one error among many requests still has a pixel', () => {
  const series = [point({ success: 99.9, serverError: 0.1 })]
  expect(layer(series, 'success')?.complete).toContain('V0H')
  expect(layer(series, 'serverError')?.complete).toBe('M22 0V-1H78V0Z')
})

test('an interval that is not over is drawn apart', () => {
  const open = layer([point({ success: 50 })], 'success', true)
  expect(open?.complete).toBe('')
  expect(open?.partial).not.toBe('')
})

test('empty intervals draw nothing', () => {
  expect(layer([point({}), point({})], 'success')).toEqual({ status: 'success', complete: '', partial: '' })
})

test('neighbouring bars never overlap and stay inside, however many there are', () => {
  for (const count of [1, 4, 24, 60, 168, 300, 720]) {
    let end = 0
    for (let index = 0; index < count; index++) {
      const { left, right } = barEdges(index, count, 1_000)
      expect(left).toBeGreaterThanOrEqual(end)
      expect(right).toBeGreaterThan(left)
      end = right
    }
    expect(end).toBeLessThanOrEqual(1_000)
  }
})

test('an interval is the sum of its classes', () => {
  expect(sumOf(point({ informational: 1, success: 2, redirect: 3, clientError: 4, serverError: 5 }))).toBe(15)
})
