import { expect, test } from 'vitest'
import { toStateWords } from './to-state-words.ts'

const JOB = { state: 'running', rows: 50, expectedRows: 200, problem: null } as const

test.each([
  [{ state: 'queued' as const }, 'Waits'],
  [{}, '25 %'],
  [{ rows: 201 }, '99 %'],
  [{ expectedRows: null }, 'Is made'],
  [{ expectedRows: 0 }, 'Is made'],
  [{ state: 'done' as const }, 'Ready'],
  [{ state: 'failed' as const, problem: 'the disk is full' }, 'Failed: the disk is full'],
])('%j is told as %j', (over, words) => {
  expect(toStateWords({ ...JOB, ...over })).toBe(words)
})
