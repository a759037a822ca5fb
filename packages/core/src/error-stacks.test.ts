import { expect, test } from 'vitest'
import { createErrorStacks } from './error-stacks.ts'

const stack = (fingerprint: string) => ({ fingerprint, errorClass: 'Error', frames: ['f (a.js:1:2)'] })
const HOUR_MS = 3_600_000

test('a fingerprint sends its stack once an hour', () => {
  const stacks = createErrorStacks()
  stacks.offer(stack('a'), 0)
  stacks.offer(stack('a'), 1)
  expect(stacks.take()).toEqual([stack('a')])
  stacks.offer(stack('a'), HOUR_MS - 1)
  expect(stacks.take()).toEqual([])
  stacks.offer(stack('a'), HOUR_MS)
  expect(stacks.take()).toHaveLength(1)
})

test('a batch carries at most 50; others come with a later error of the same place', () => {
  const stacks = createErrorStacks()
  for (let at = 0; at < 60; at++) stacks.offer(stack(String(at)), 0)
  expect(stacks.take()).toHaveLength(50)
  stacks.offer(stack('55'), 1)
  expect(stacks.take()).toEqual([stack('55')])
})

test('an error without frames sends none', () => {
  const stacks = createErrorStacks()
  stacks.offer({ ...stack('a'), frames: [] }, 0)
  expect(stacks.take()).toEqual([])
})
