import { expect, test } from 'vitest'
import { readEvents } from './read-events.ts'

async function eventsOf(...pieces: readonly string[]) {
  async function* inPieces() {
    yield* pieces
  }
  const events: unknown[] = []
  for await (const { id, data } of readEvents(inPieces(), 100)) events.push([id, data])
  return events
}

test('events come whole, wherever the text is cut', async () => {
  const text = 'id: 1\ndata: {"a":1}\n\n: busy\n\nid: 2\ndata: b\ndata: c\n\ndata:d\n\nid: 3\ndata: broken off'
  const events = [['1', '{"a":1}'], ['2', 'b\nc'], [null, 'd']]
  expect(await eventsOf(text)).toEqual(events)
  expect(await eventsOf(...text)).toEqual(events)
  expect(await eventsOf(text.replaceAll('\n', '\r\n'))).toEqual(events)
})

test('an event without end is given up', async () => {
  await expect(eventsOf('data: ', 'x'.repeat(100))).rejects.toMatchObject({ code: 'too_large' })
})
