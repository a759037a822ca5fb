import { signal } from '@preact/signals'
import type { Period } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { createFakeApi } from '../../test/fake-api.ts'
import { createFakeTimers } from '../../test/fake-timers.ts'
import { toEmptyOverview, toOverviewFixture } from '../../test/overview-fixture.ts'
import { createFirstRequest } from './first-request.ts'
import { createOverviewFeed } from './overview-feed.ts'
import { createSession } from './session.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
// New objects each time, as answers are.
const full = () => ({ ok: true, value: toOverviewFixture('24h', NOW), servedAt: NOW }) as const
const empty = () => ({ ok: true, value: toEmptyOverview('24h', NOW), servedAt: NOW }) as const
const failed = { ok: false, failure: { kind: 'server', status: 503, detail: 'Busy.', retryAfterMs: null } } as const

function setUp() {
  const api = createFakeApi()
  const timers = createFakeTimers(NOW)
  const session = createSession(null)
  const feed = createOverviewFeed({ api, session, period: signal<Period>('1h'), visible: signal(true), timers })
  let arrivals = 0
  const state = createFirstRequest({ api, session, feed, onArrival: () => void arrivals++ })
  session.signIn('k')
  return { api, timers, session, state, arrivals: () => arrivals }
}

test('a project with requests has been seen, without an arrival', async () => {
  const { api, state, arrivals } = setUp()
  await api.answer(full())
  expect(state.value).toBe('seen')
  expect(arrivals()).toBe(0)
})

test('an empty project waits, and tells when its first request arrives', async () => {
  const { api, timers, state, arrivals } = setUp()
  await api.answer(empty())
  expect(state.value).toBe('unknown')
  expect(api.asked).toEqual(['k 1h', 'k 30d'])
  await api.answer(empty())
  expect(state.value).toBe('waiting')
  timers.fire()
  await api.answer(full())
  expect(state.value).toBe('arrived')
  expect(arrivals()).toBe(1)
  timers.fire()
  await api.answer(full())
  expect(state.value).toBe('arrived')
  expect(arrivals()).toBe(1)
})

test('a quiet hour of a busy project is no reason to wait', async () => {
  const { api, state } = setUp()
  await api.answer(empty())
  await api.answer(full())
  expect(state.value).toBe('seen')
})

test('when the longer period cannot be had it is asked for again', async () => {
  const { api, timers, state } = setUp()
  await api.answer(empty())
  await api.answer(failed)
  expect(state.value).toBe('unknown')
  timers.fire()
  await api.answer(empty())
  await api.answer(empty())
  expect(state.value).toBe('waiting')
})

test('another key starts over', async () => {
  const { api, session, state } = setUp()
  await api.answer(full())
  session.signIn('other')
  expect(state.value).toBe('unknown')
})
