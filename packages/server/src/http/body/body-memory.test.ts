import { expect, test } from 'vitest'
import { createBodyMemory } from './body-memory.ts'

test('bodies share the memory: what one gives back another may take', () => {
  const memory = createBodyMemory(100)
  const [first, second] = [memory.lease(), memory.lease()]

  first.take(60)
  expect(() => second.take(41)).toThrow(expect.objectContaining({ status: 503, rule: 'server-room', headers: { 'retry-after': expect.stringMatching(/^[123]$/) } }))
  second.take(40)
  first.release()
  first.release()
  second.take(60)
  expect(() => second.take(1)).toThrow('as many bodies as it can hold')
})
