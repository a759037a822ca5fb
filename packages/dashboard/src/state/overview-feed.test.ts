import { signal } from '@preact/signals'
import type { Period } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { toEmptyOverview, toOverviewFixture } from '../../test/overview-fixture.ts'
import { createFakeApi } from '../../test/fake-api.ts'
import { createFakeTimers } from '../../test/fake-timers.ts'
import { createOverviewFeed, EMPTY_REFRESH_MS, REFRESH_MS } from './overview-feed.ts'
import { createSession } from './session.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const full = { ok: true, value: toOverviewFixture('24h', NOW), servedAt: NOW } as const
const empty = { ok: true, value: toEmptyOverview('24h', NOW), servedAt: NOW } as const
const failed = (kind: 'key' | 'server', retryAfterMs: number | null = null) =>
  ({ ok: false, failure: { kind, status: 503, detail: 'The store is starting.', retryAfterMs } }) as const

function setUp() {
  const api = createFakeApi()
  const timers = createFakeTimers(NOW)
  const session = createSession(null)
  const period = signal<Period>('24h')
  const visible = signal(true)
  const feed = createOverviewFeed({ api, session, period, visible, timers })
  return { api, timers, session, period, visible, feed }
}

test('nothing is asked without a key', () => {
  const { api, feed } = setUp()
  feed.refresh()
  expect(api.asked).toEqual([])
})

test('signing in asks at once, and again when the answer is no longer fresh', async () => {
  const { api, timers, session, feed } = setUp()
  session.signIn('k')
  expect(feed.loading.value).toBe(true)
  await api.answer(full)
  expect(feed.overview.value).toBe(full.value)
  expect(feed.updatedAt.value).toBe(NOW)
  expect(feed.loading.value).toBe(false)
  expect(timers.waitsMs).toEqual([REFRESH_MS['24h']])
  timers.fire()
  expect(api.asked).toEqual(['k 24h', 'k 24h'])
})

test('the shorter the period, the more often it is asked', async () => {
  const { api, timers, session, period } = setUp()
  session.signIn('k')
  period.value = '1h'
  await api.answer(full)
  expect(timers.waitsMs).toEqual([REFRESH_MS['1h']])
})

test('an empty project is asked often: somebody waits for its first request', async () => {
  const { api, timers, session } = setUp()
  session.signIn('k')
  await api.answer(empty)
  expect(timers.waitsMs).toEqual([EMPTY_REFRESH_MS])
})

test('an answer that a newer question overtook is not shown', async () => {
  const { api, session, period, feed } = setUp()
  session.signIn('k')
  period.value = '7d'
  await api.answer(full, 0)
  expect(feed.overview.value).toBeNull()
  await api.answer(empty, 1)
  expect(feed.overview.value).toBe(empty.value)
})

test('a failure keeps the data, and tries are further and further apart', async () => {
  const { api, timers, session, feed } = setUp()
  session.signIn('k')
  await api.answer(full)
  for (const factor of [2, 4]) {
    timers.fire()
    await api.answer(failed('server'))
    expect(timers.waitsMs).toEqual([REFRESH_MS['24h'] * factor])
  }
  expect(feed.overview.value).toBe(full.value)
  expect(feed.failure.value?.detail).toBe('The store is starting.')
  timers.fire()
  await api.answer(full)
  expect(feed.failure.value).toBeNull()
  expect(timers.waitsMs).toEqual([REFRESH_MS['24h']])
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
  await api.answer(full)
  visible.value = false
  expect(timers.waitsMs).toEqual([])
  visible.value = true
  expect(api.asked).toHaveLength(2)
})

test('a key that the server does not take signs out with its reason', async () => {
  const { api, timers, session, feed } = setUp()
  session.signIn('k')
  await api.answer(full)
  timers.fire()
  await api.answer(failed('key'))
  expect(session.key.value).toBeNull()
  expect(session.notice.value).toBe('The store is starting.')
  expect(feed.overview.value).toBeNull()
  expect(timers.waitsMs).toEqual([])
})

test('another key starts without the data of the one before', async () => {
  const { api, session, feed } = setUp()
  session.signIn('k')
  await api.answer(full)
  session.signIn('other')
  expect(feed.overview.value).toBeNull()
  expect(api.asked.at(-1)).toBe('other 24h')
})

test('the lag is told by the clock of the server', async () => {
  const { api, session, feed } = setUp()
  session.signIn('k')
  await api.answer({ ...full, servedAt: full.value.completeUntil + 40_000 })
  expect(feed.lagMs.value).toBe(40_000)
})

test('a closed feed asks nothing more', async () => {
  const { api, timers, session, feed } = setUp()
  session.signIn('k')
  await api.answer(full)
  feed.close()
  expect(timers.waitsMs).toEqual([])
  session.signIn('other')
  expect(api.asked).toHaveLength(1)
})
