import { signal } from '@preact/signals'
import { expect, test } from 'vitest'
import { createFakeApi } from '../../test/fake-api.ts'
import { createFakeTimers } from '../../test/fake-timers.ts'
import { toAnswer } from '../../test/query-answer.ts'
import { createFirstRequest, WAITING_MS } from './first-request.ts'
import { createSession } from './session.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const ever = (requests: number) => ({ ok: true, value: { answers: { ever: toAnswer([], ['requests'], [[requests]]) }, problems: {}, extras: {} }, servedAt: NOW }) as const
const failed = { ok: false, failure: { kind: 'server', status: 503, detail: 'Busy.', retryAfterMs: null } } as const

function setUp() {
  const api = createFakeApi()
  const timers = createFakeTimers(NOW)
  const session = createSession(null)
  const visible = signal(true)
  let arrivals = 0
  const state = createFirstRequest({ api, session, visible, timers, onArrival: () => void arrivals++ })
  session.signIn('k')
  return { api, timers, session, visible, state, arrivals: () => arrivals }
}

test('a project with requests has been seen, without an arrival, and is not asked again', async () => {
  const { api, timers, state, arrivals } = setUp()
  await api.answer(ever(7))
  expect([state.value, arrivals(), timers.waitsMs]).toEqual(['seen', 0, []])
})

test('an empty project waits, and tells when its first request arrives', async () => {
  const { api, timers, state, arrivals } = setUp()
  await api.answer(ever(0))
  expect([state.value, timers.waitsMs]).toEqual(['waiting', [WAITING_MS]])
  timers.fire()
  await api.answer(ever(1))
  expect([state.value, arrivals(), timers.waitsMs]).toEqual(['arrived', 1, []])
})

test('while the server fails nothing is known, and it is asked again', async () => {
  const { api, timers, state } = setUp()
  await api.answer(failed)
  expect(state.value).toBe('unknown')
  timers.fire()
  await api.answer(ever(0))
  expect(state.value).toBe('waiting')
})

test('a hidden page does not ask, and goes on when it is seen again', async () => {
  const { api, timers, visible } = setUp()
  visible.value = false
  await api.answer(ever(0))
  expect(timers.waitsMs).toEqual([])
  visible.value = true
  expect(api.asked).toHaveLength(2)
})

test('another key starts over', async () => {
  const { api, session, state } = setUp()
  await api.answer(ever(7))
  session.signIn('other')
  expect(state.value).toBe('unknown')
})
