import { expect, test } from 'vitest'
import { barEdges, toLines, toMax, toStack, type Layer } from './stack.ts'

const layer = (id: string, ...values: (number | null)[]): Layer => ({ id, label: id, tone: 'main', values, total: null })
const size = { width: 100, height: 100, max: 100 }
const over = () => false
const still = () => true

test('layers stand on each other', () => {
  const [success, errors] = toStack([layer('success', 50), layer('errors', 25)], 1, size, over)
  expect(success?.complete).toBe('M22 100V50H78V100Z')
  expect(errors?.complete).toBe('M22 50V25H78V50Z')
})

test('one error among many requests still has a pixel', () => {
  const [success, errors] = toStack([layer('success', 99.9), layer('errors', 0.1)], 1, size, over)
  expect(success?.complete).toContain('V0H')
  expect(errors?.complete).toBe('M22 0V-1H78V0Z')
})

test('an interval that is not over is drawn apart', () => {
  const [open] = toStack([layer('success', 50)], 1, size, still)
  expect(open?.complete).toBe('')
  expect(open?.partial).not.toBe('')
})

test('empty intervals draw nothing', () => {
  expect(toStack([layer('success', 0, null)], 2, size, over)).toMatchObject([{ complete: '', partial: '' }])
})

test('a line goes from middle to middle and breaks where nothing was measured', () => {
  const [line] = toLines([layer('p95', 50, 100, null, 25)], 4, size, over)
  expect(line?.complete).toBe('M12.5 50h0L37.5 0M87.5 75h0')
})

test('a line goes on into an interval that is not over, apart from what is', () => {
  const [line] = toLines([layer('p95', 50, 100)], 2, size, (at) => at === 1)
  expect(line).toMatchObject({ complete: 'M25 50h0', partial: 'M25 50L75 0' })
})

test('stacked layers need room for their sum, lines for the highest', () => {
  const layers = [layer('a', 1, 5), layer('b', 7, null)]
  expect([toMax(layers, 2, true), toMax(layers, 2, false)]).toEqual([8, 7])
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
