import { signal } from '@preact/signals'
import { expect, test } from 'vitest'
import { createFakeApi } from '../../test/fake-api.ts'
import { createFakeTimers } from '../../test/fake-timers.ts'
import { toAnswer } from '../../test/query-answer.ts'
import { createFeed, type Asked } from './feed.ts'
import { createSession } from './session.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const value = { answers: { totals: toAnswer([], ['requests'], [[7]], { completeUntil: NOW }) }, problems: {}, extras: {} }
const good = { ok: true, value, servedAt: NOW } as const
const failed = (kind: 'key' | 'server', retryAfterMs: number | null = null) =>
  ({ ok: false, failure: { kind, status: 503, detail: 'The store is starting.', retryAfterMs } }) as const
const toAsked = (page: string, refreshMs: number | null = 10_000): Asked<string> => ({ page, question: { queries: {}, extras: {} }, refreshMs })

function setUp() {
  const api = createFakeApi()
  const timers = createFakeTimers(NOW)
  const session = createSession(null)
  const asked = signal(toAsked('day'))
  const visible = signal(true)
  const feed = createFeed({ api, session, asked, visible, timers })
  return { api, timers, session, asked, visible, feed }
}

test('nothing is asked without a key', () => {
  const { api, feed } = setUp()
  feed.refresh()
  expect(api.asked).toEqual([])
})

test('signing in asks at once, and again when the answer is no longer fresh', async () => {
  const { api, timers, session, feed } = setUp()
  session.signIn('k')
  expect(feed.askedAt.value).toBe(NOW)
  await api.answer(good)
  expect(feed.answered.value).toMatchObject({ page: 'day', answer: value })
  expect(feed.updatedAt.value).toBe(NOW)
  expect(feed.askedAt.value).toBeNull()
  expect(timers.waitsMs).toEqual([10_000])
  timers.fire()
  expect(api.asked.map(({ key }) => key)).toEqual(['k', 'k'])
})

test('a range that is over is asked once', async () => {
  const { api, timers, session, asked } = setUp()
  asked.value = toAsked('yesterday', null)
  session.signIn('k')
  await api.answer(good)
  expect(timers.waitsMs).toEqual([])
})

test('a newer question stops the one before, whose answer is not shown', async () => {
  const { api, session, asked, feed } = setUp()
  session.signIn('k')
  asked.value = toAsked('week')
  expect(api.asked.map(({ signal }) => signal?.aborted)).toEqual([true, false])
  await api.answer(good, 0)
  expect(feed.answered.value).toBeNull()
  await api.answer(good, 1)
  expect(feed.answered.value?.page).toBe('week')
})

test('while another question is asked the answer is stale, and stays', async () => {
  const { api, session, asked, feed } = setUp()
  session.signIn('k')
  await api.answer(good)
  expect(feed.isStale.value).toBe(false)
  asked.value = toAsked('week')
  expect([feed.isStale.value, feed.answered.value?.page]).toEqual([true, 'day'])
})

test('news are asked for sooner than the next turn', async () => {
  const { api, timers, session, feed } = setUp()
  session.signIn('k')
  await api.answer(good)
  feed.nudge()
  expect(timers.waitsMs).toEqual([1_000])
  feed.nudge()
  expect(timers.waitsMs).toEqual([1_000])
})

test('news are no reason to ask about a range that is over, or a server that fails', async () => {
  const { api, timers, session, asked, feed } = setUp()
  asked.value = toAsked('yesterday', null)
  session.signIn('k')
  await api.answer(good)
  feed.nudge()
  expect(timers.waitsMs).toEqual([])
  asked.value = toAsked('day')
  await api.answer(failed('server'))
  feed.nudge()
  expect(timers.waitsMs).toEqual([20_000])
})

test('while the reader has paused it nothing is asked, and it goes on at once, or with another question', async () => {
  const { api, timers, session, asked, feed } = setUp()
  session.signIn('k')
  await api.answer(good)
  feed.pause(true)
  feed.nudge()
  expect(timers.waitsMs).toEqual([])
  feed.pause(false)
  expect(api.asked).toHaveLength(2)
  await api.answer(good)
  feed.pause(true)
  asked.value = toAsked('week')
  expect([feed.isPaused.value, api.asked.length]).toEqual([false, 3])
})

test('a question that is stopped ends at the server and says so', async () => {
  const { api, session, feed } = setUp()
  session.signIn('k')
  feed.cancel()
  expect(api.asked[0]?.signal?.aborted).toBe(true)
  expect([feed.askedAt.value, feed.failure.value?.detail]).toEqual([null, 'You stopped this question.'])
  feed.refresh()
  await api.answer(good)
  expect(feed.failure.value).toBeNull()
})

test('a failure keeps the data, and tries are further and further apart', async () => {
  const { api, timers, session, feed } = setUp()
  session.signIn('k')
  await api.answer(good)
  for (const factor of [2, 4]) {
    timers.fire()
    await api.answer(failed('server'))
    expect(timers.waitsMs).toEqual([10_000 * factor])
  }
  expect(feed.answered.value?.answer).toEqual(value)
  expect(feed.failure.value?.detail).toBe('The store is starting.')
  timers.fire()
  await api.answer(good)
  expect(feed.failure.value).toBeNull()
  expect(timers.waitsMs).toEqual([10_000])
})

test('tries are at most a minute apart unless the server asks for more', async () => {
  const { api, timers, session, feed } = setUp()
  session.signIn('k')
  for (let tries = 0; tries < 10; tries++) {
    await api.answer(failed('server'))
    feed.refresh()
  }
  await api.answer(failed('server'))
  expect(timers.waitsMs).toEqual([60_000])
  feed.refresh()
  await api.answer(failed('server', 120_000))
  expect(timers.waitsMs).toEqual([120_000])
})

test('a hidden page asks nothing, and catches up when it is seen again', async () => {
  const { api, timers, session, visible } = setUp()
  session.signIn('k')
  await api.answer(good)
  visible.value = false
  expect(timers.waitsMs).toEqual([])
  visible.value = true
  expect(api.asked).toHaveLength(2)
})

test('a key that the server does not take signs out with its reason', async () => {
  const { api, timers, session, feed } = setUp()
  session.signIn('k')
  await api.answer(good)
  timers.fire()
  await api.answer(failed('key'))
  expect(session.key.value).toBeNull()
  expect(session.notice.value).toBe('The store is starting.')
  expect(feed.answered.value).toBeNull()
  expect(timers.waitsMs).toEqual([])
})

test('another key starts without the data of the one before', async () => {
  const { api, session, feed } = setUp()
  session.signIn('k')
  await api.answer(good)
  session.signIn('other')
  expect(feed.answered.value).toBeNull()
  expect(api.asked.at(-1)?.key).toBe('other')
})

test('the lag is told by the clock of the server', async () => {
  const { api, session, feed } = setUp()
  session.signIn('k')
  await api.answer({ ...good, servedAt: NOW + 40_000 })
  expect(feed.lagMs.value).toBe(40_000)
})

test('a closed feed asks nothing more', async () => {
  const { api, timers, session, feed } = setUp()
  session.signIn('k')
  await api.answer(good)
  feed.close()
  expect(timers.waitsMs).toEqual([])
  session.signIn('other')
  expect(api.asked).toHaveLength(1)
})
