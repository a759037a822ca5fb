import { expect, test } from 'vitest'
import { judgeIdle, NOTICE_DAYS } from './judge-idle.ts'

const DAY_MS = 86_400_000
const IDLE_DAYS = 184
const day = (number: number) => number * DAY_MS
const use = { usedAt: day(1_000), isWatching: false, warning: null }
const warnedOn = (at: number, daysSeen: number, seenOn = at + daysSeen) => ({ ...use, warning: { at: day(at), seenOn, daysSeen } })
const [NOTICE, END] = [1_000 + IDLE_DAYS - NOTICE_DAYS, 1_000 + IDLE_DAYS]

test('a project that rests is left alone until a month before its end', () => {
  expect(judgeIdle(use, IDLE_DAYS, day(NOTICE) - 1)).toEqual({ kind: 'nothing' })
  expect(judgeIdle(use, IDLE_DAYS, day(NOTICE))).toEqual({ kind: 'warn', removedAt: day(END) })
})

test('a warning that comes late gives a month all the same', () => {
  expect(judgeIdle(use, IDLE_DAYS, day(2_000))).toEqual({ kind: 'warn', removedAt: day(2_030) })
})

test('each day on which it is still idle counts once', () => {
  expect(judgeIdle(warnedOn(NOTICE, 3), IDLE_DAYS, day(NOTICE + 4) - 1)).toEqual({ kind: 'nothing' })
  expect(judgeIdle(warnedOn(NOTICE, 3), IDLE_DAYS, day(NOTICE + 4))).toEqual({ kind: 'see', warning: { at: day(NOTICE), seenOn: NOTICE + 4, daysSeen: 4 } })
})

test('it goes when the month is over, and not before', () => {
  expect(judgeIdle(warnedOn(NOTICE, NOTICE_DAYS), IDLE_DAYS, day(END) - 1)).toEqual({ kind: 'nothing' })
  expect(judgeIdle(warnedOn(NOTICE, NOTICE_DAYS), IDLE_DAYS, day(END))).toEqual({ kind: 'remove' })
})

test.each([
  ['a server that was off since the warning', 5_000],
  ['a clock that jumped on', 900_000],
])('%s removes nothing at once: days on which it ran are counted', (_what, at) => {
  expect(judgeIdle(warnedOn(NOTICE, 2), IDLE_DAYS, day(at))).toMatchObject({ kind: 'see', warning: { daysSeen: 3 } })
})

test('a clock that was set back counts no day', () => {
  expect(judgeIdle({ ...warnedOn(NOTICE + 50, 2), usedAt: day(0) }, IDLE_DAYS, day(NOTICE))).toEqual({ kind: 'nothing' })
})

test('one that is used again needs no warning any more', () => {
  expect(judgeIdle({ ...warnedOn(NOTICE, 29), usedAt: day(END - 1) }, IDLE_DAYS, day(END))).toEqual({ kind: 'clear' })
})

test('a monitor that checks is a use', () => {
  expect(judgeIdle({ ...use, isWatching: true }, IDLE_DAYS, day(5_000))).toEqual({ kind: 'nothing' })
})
