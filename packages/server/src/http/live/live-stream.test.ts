import type { LiveState } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { createLiveStream } from './live-stream.ts'
import type { LiveSnapshot } from './read-live.ts'

const arrival = (id: number, path = '/') => ({ receivedAt: 1_000 + id, request: { id, time: 1, method: 'GET', route: '/', path, status: 200, durationUs: 5, consumer: null, country: null, client: null } })
const snapshot = (...ids: readonly number[]): LiveSnapshot => ({
  time: 7,
  lastMinute: { requests: 1, success: 1, redirect: 0, clientErrors: 0, serverErrors: 0, p95: null },
  arrived: ids.map((id) => arrival(id)),
})

/** What a stream holds so far: for each event its id and the ids of its requests. */
function eventsOf(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n\n')
    .map((event) => {
      const data = /^data: (.*)$/m.exec(event)?.[1]
      return data === undefined ? event : [/^id: (.+)$/m.exec(event)?.[1], ...(JSON.parse(data) as LiveState).requests.map(({ id }) => id)]
    })
}

test('each request is told once, and a client that comes back hears what it has not had', () => {
  const { stream, tell } = createLiveStream(null)
  for (const each of [snapshot(), snapshot(1, 2), null, snapshot(2, 4), snapshot(2, 4)]) tell(each)
  expect(eventsOf(String(stream.read()))).toEqual([[undefined], ['1002-2', 1, 2], ': the store is busy', ['1004-4', 4], ['1004-4']])

  const back = createLiveStream('1002-2')
  back.tell(snapshot(1, 2, 3, 4))
  expect(eventsOf(String(back.stream.read()))).toEqual([['1004-4', 3, 4]])
})

test('what another server received before comes late, and is told all the same', () => {
  const { stream, tell } = createLiveStream(null)
  tell(snapshot(1, 4))
  tell(snapshot(1, 3, 4))
  expect(eventsOf(String(stream.read()))).toEqual([['1004-4', 1, 4], ['1004-4', 3]])
})

test('a client that does not read is dropped, with little waiting for it', () => {
  const { stream, tell } = createLiveStream(null)
  for (let id = 1; id <= 100 && !stream.destroyed; id++) tell({ ...snapshot(), arrived: [arrival(id, '/x'.repeat(10_000))] })
  expect(stream.destroyed).toBe(true)
})
