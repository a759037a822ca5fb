import { expect, test } from 'vitest'
import { printable } from './printable.ts'

test.each([
  ['GET /größe/:id 😀', 'GET /größe/:id 😀'],
  ['\u001b[31mred\u0007', '·[31mred·'],
  ['a\r\nb\u2028c', 'a··b·c'],
  ['\u202eevil', '·evil'],
  ['\u009b2J', '·2J'],
  ['\ud800', '\ufffd'],
])('%j is printed as %j', (text, safe) => {
  expect(printable(text)).toBe(safe)
})

test('what is long is cut at a whole character', () => {
  expect(printable('😀'.repeat(10), 4)).toBe('😀😀😀…')
})
