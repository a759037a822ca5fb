import { expect, test } from 'vitest'
import { LIMITS } from '@wayside/protocol'
import { createApiEvent } from '../../../testing/src/api-event.ts'
import { NO_NOTICE, createDropNotices } from './drop-notices.ts'

test('what the server was told, stored or dropped, settles; a hole does not', () => {
  const notices = createDropNotices()
  notices.stored([{ from: 0, to: 4 }, { from: 6, to: 9 }])
  expect(notices.settledBefore).toBe(5)
  notices.dropped([{ from: 5, to: 5 }])
  expect(notices.settledBefore).toBe(5)
  const notice = notices.take()
  expect(notice.droppedSeqs).toEqual([{ from: 5, to: 5 }])
  notices.told(notice)
  expect(notices.settledBefore).toBe(10)
})

test('a notice that did not arrive is taken again', () => {
  const notices = createDropNotices()
  notices.dropped([{ from: 1, to: 1 }])
  notices.shed(createApiEvent({ seq: 0 }))
  const first = notices.take()
  expect(notices.waiting).toBe(false)
  expect(notices.take()).toEqual(NO_NOTICE)
  notices.giveBack(first)
  expect(notices.waiting).toBe(true)
  expect(notices.take()).toEqual(first)
})

test('a window that may have arrived is told again as it was: later events are in a window of their own', () => {
  const notices = createDropNotices()
  notices.shed(createApiEvent({ seq: 0 }))
  const first = notices.take()
  notices.shed(createApiEvent({ seq: 1 }))
  notices.giveBack(first)
  expect(notices.take().shed.map(({ seqs }) => seqs)).toEqual([[{ from: 0, to: 0 }], [{ from: 1, to: 1 }]])
  expect(notices.shedEvents).toBe(2)
})

test('a window that the server refuses no longer counts, and holds nothing up', () => {
  const notices = createDropNotices()
  notices.shed(createApiEvent({ seq: 0 }))
  notices.giveUp(notices.take())
  expect(notices.shedEvents).toBe(0)
  expect(notices.settledBefore).toBe(1)
})

test('a batch tells no more ranges than the server takes, the lowest first', () => {
  const notices = createDropNotices()
  notices.dropped(Array.from({ length: LIMITS.seqRanges }, (_, at) => ({ from: at * 2, to: at * 2 })))
  const { droppedSeqs } = notices.take()
  expect(droppedSeqs).toHaveLength(LIMITS.seqRanges)
  expect(notices.waiting).toBe(false)
})

test('more ranges than are remembered: the oldest are forgotten and hold nothing up', () => {
  const notices = createDropNotices()
  for (let at = 0; at < 10_050; at++) notices.dropped([{ from: at * 2, to: at * 2 }])
  notices.stored(Array.from({ length: 50 }, (_, at) => ({ from: at * 2 + 1, to: at * 2 + 1 })))
  expect(notices.settledBefore).toBe(100)
  expect(notices.take().droppedSeqs[0]).toEqual({ from: 100, to: 100 })
})
