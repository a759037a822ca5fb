import { expect, test } from 'vitest'
import { createReplayWatch } from './replay-watch.ts'

test('row 60: the same name with other content is altered, however often it comes', () => {
  const watch = createReplayWatch(2)
  const [original, altered] = [Buffer.from('a'), Buffer.from('b')]

  expect([original, original, altered, altered, original].map((content) => watch.isAltered('batch', content))).toEqual([false, false, true, true, false])
})

test('row 60: the oldest names are forgotten, so that memory is bounded', () => {
  const watch = createReplayWatch(2)

  for (const name of ['first', 'second', 'third']) watch.isAltered(name, Buffer.from('a'))

  expect([watch.isAltered('second', Buffer.from('b')), watch.isAltered('first', Buffer.from('b'))]).toEqual([true, false])
})
