import { METRICS } from '@wayside/protocol'
import { expect, test } from 'vitest'
import { nearestWord } from './nearest-word.ts'

test.each([
  ['request', 'requests'],
  ['Errors', 'errors'],
  ['errorrate', 'errorRate'],
  ['reqeusts', 'requests'],
  ['p9', 'p90'],
  ['consumer', 'consumers'],
])('%s was meant as %s', (written, meant) => {
  expect(nearestWord(written, METRICS)).toBe(meant)
})

test.each(['', 'duration', '__proto__', 'x'.repeat(100_000)])('nothing is near %.20s', (written) => {
  expect(nearestWord(written, METRICS)).toBeNull()
})
