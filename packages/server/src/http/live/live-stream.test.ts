import { expect, test } from 'vitest'
import { createLiveStream } from './live-stream.ts'
import type { LiveState } from './read-live.ts'

const request = (id: number, path = '/') => ({ id, time: 1, method: 'GET', route: '/', path, status: 200, durationUs: 5, consumer: null, country: null, client: null })
const state = (...ids: readonly number[]): LiveState => ({ time: 7, lastMinute: { requests: 1 }, newest: ids.map((id) => request(id)) })

/** What a stream holds so far: for each event its id and the ids of its requests. */
function eventsOf(text: string): unknown[] {
  return text
    .trimEnd()
    .split('\n\n')
    .map((event) => {
      const data = /^data: (.*)$/m.exec(event)?.[1]
      return data === undefined ? event : [/^id: (\d+)$/m.exec(event)?.[1], ...(JSON.parse(data) as LiveState & { requests: { id: number }[] }).requests.map(({ id }) => id)]
    })
}

test('each request is told once, and a client that comes back hears what it has not had', () => {
  const { stream, tell } = createLiveStream(null)
  for (const each of [state(), state(1, 2), null, state(2, 3), state(2, 3)]) tell(each)
  expect(eventsOf(String(stream.read()))).toEqual([[undefined], ['2', 1, 2], ': the store is busy', ['3', 3], ['3']])

  const back = createLiveStream(2)
  back.tell(state(1, 2, 3, 4))
  expect(eventsOf(String(back.stream.read()))).toEqual([['4', 3, 4]])
})

test('a client that does not read is dropped, with little waiting for it', () => {
  const { stream, tell } = createLiveStream(null)
  const long = { ...state(), newest: [request(1, '/x'.repeat(10_000))] }
  for (let id = 1; id <= 100 && !stream.destroyed; id++) tell({ ...long, newest: [request(id, '/x'.repeat(10_000))] })
  expect(stream.destroyed).toBe(true)
})
