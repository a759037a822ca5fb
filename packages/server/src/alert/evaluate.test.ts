import { array, assert, constantFrom, integer, option, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import type { AlertCondition } from '@wayside/protocol'
import { evaluate, percentileOf, type Happening, type RuleState } from './evaluate.ts'

const MINUTE = 60_000
const ABOVE_5: AlertCondition = { kind: 'threshold', comparison: 'gt', value: 5 }
const RULE = { condition: ABOVE_5, consecutive: 1, minRequests: 0, suppressMinutes: 10, recoverMinutes: 3 }

/** Values of one name, minute by minute; `null` is a window without it. */
function run(rule: typeof RULE, values: readonly (number | null)[], history: readonly number[] = []): readonly string[] {
  let state: RuleState = {}
  const told: string[] = []
  values.forEach((value, at) => {
    const { state: next, happenings } = evaluate(rule, state, { end: at * MINUTE, values: value === null ? new Map() : new Map([['a', { value, requests: value, history }]]) })
    state = next
    told.push(...happenings.filter(({ kind }) => kind !== 'seen').map(({ kind, at: time }) => `${kind} ${time / MINUTE}`))
  })
  return told
}

test('an alert begins with the first window that meets the condition, goes on while any does, and ends some time after the last', () => {
  expect(run(RULE, [1, 9, 1, 9, null, 1, 9, 1, 1, 1, 1])).toEqual(['fired 1', 'recovered 9'])
  expect(run({ ...RULE, recoverMinutes: 0 }, [9, 1])).toEqual(['fired 0', 'recovered 1'])
})

test('what was told of is not told of again within its time, and then once', () => {
  const values = [9, 1, 1, 1, 9, 9, 9, 1, 1, 1, 9, 9, 9, 1, 1, 1]
  expect(run(RULE, values)).toEqual(['fired 0', 'recovered 3', 'fired 10', 'recovered 15'])
  expect(run({ ...RULE, suppressMinutes: 0 }, values)).toEqual(['fired 0', 'recovered 3', 'fired 4', 'recovered 9', 'fired 10', 'recovered 15'])
})

test('windows in a row count from the first, and one that does not meet the condition begins anew', () => {
  expect(run({ ...RULE, consecutive: 3 }, [9, 9, 1, 9, 9, 9, 9])).toEqual(['fired 5'])
})

test('windows with too few requests say nothing', () => {
  expect(run({ ...RULE, minRequests: 10 }, [9, 9, 10])).toEqual(['fired 2'])
})

test.each<[AlertCondition, readonly number[], number, boolean]>([
  [{ kind: 'threshold', comparison: 'lte', value: 5 }, [], 5, true],
  [{ kind: 'threshold', comparison: 'lt', value: 5 }, [], 5, false],
  [{ kind: 'percentile', percentile: 95, factor: 2, history: 10, minHistory: 3 }, [1, 2, 3], 6, true],
  [{ kind: 'percentile', percentile: 95, factor: 2, history: 10, minHistory: 3 }, [1, 2, 3], 5, false],
  [{ kind: 'percentile', percentile: 95, factor: 1, history: 10, minHistory: 4 }, [1, 2, 3], 900, false],
  [{ kind: 'band', low: 5, high: 95, history: 10, minHistory: 3, minExpected: 10 }, [20, 30, 40], 50, true],
  [{ kind: 'band', low: 5, high: 95, history: 10, minHistory: 3, minExpected: 10 }, [20, 30, 40], 0, true],
  [{ kind: 'band', low: 5, high: 95, history: 10, minHistory: 3, minExpected: 31 }, [20, 30, 40], 0, false],
  [{ kind: 'band', low: 5, high: 95, history: 10, minHistory: 3, minExpected: 10 }, [20, 30, 40], 30, false],
  [{ kind: 'newValue', history: 10 }, [], 1, true],
  [{ kind: 'newValue', history: 10 }, [1], 1, false],
])('%j meets what was %j before with %d: %s', (condition, history, value, fires) => {
  expect(run({ ...RULE, condition: condition as typeof ABOVE_5 }, [value], history)).toEqual(fires ? ['fired 0'] : [])
})

test('percentiles lie between the two nearest values', () => {
  expect([percentileOf([3, 1, 2], 0), percentileOf([3, 1, 2], 50), percentileOf([1, 2], 75), percentileOf([7], 99), percentileOf([], 50)]).toEqual([1, 2, 1.75, 7, 0])
})

test('of any windows, what fires and what recovers take turns, and never sooner than asked for', () => {
  const settings = record({ consecutive: integer({ min: 1, max: 4 }), suppressMinutes: integer({ min: 0, max: 12 }), recoverMinutes: integer({ min: 0, max: 5 }), minRequests: constantFrom(0, 3) })
  const windows = array(option(integer({ min: 0, max: 10 }), { freq: 4 }), { maxLength: 60 })
  assert(
    property(settings, windows, (over, values) => {
      const told = run({ ...RULE, ...over }, values).map((each) => each.split(' '))
      told.forEach(([kind], at) => expect(kind).toBe(at % 2 === 0 ? 'fired' : 'recovered'))
      const fired = told.filter(([kind]) => kind === 'fired').map(([, at]) => Number(at))
      for (const [at, time] of fired.entries()) {
        expect(values.slice(time - over.consecutive + 1, time + 1).every((value) => value !== null && value > 5)).toBe(true)
        if (at > 0) expect(time - (fired[at - 1] ?? 0)).toBeGreaterThanOrEqual(over.suppressMinutes)
      }
    }),
  )
})

test('of many values, those that are quiet are forgotten', () => {
  const values = new Map(Array.from({ length: 1_000 }, (_, at) => [`v${at}`, { value: at === 7 ? 9 : 1, requests: 1, history: [] }]))
  const first = evaluate(RULE, {}, { end: 0, values })
  expect(Object.keys(first.state)).toEqual(['v7'])
  const seen: readonly Happening[] = evaluate(RULE, first.state, { end: MINUTE, values }).happenings
  expect(seen).toEqual([{ kind: 'seen', value: 'v7', at: MINUTE, startedAt: 0 }])
  expect(evaluate(RULE, first.state, { end: 20 * MINUTE, values: new Map() }).state).toEqual({})
})
