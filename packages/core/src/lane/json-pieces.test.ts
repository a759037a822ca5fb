import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { toJsonPieces } from './json-pieces.ts'

test('the pieces are the text that JSON.stringify makes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      expect([...toJsonPieces(value)].join('')).toBe(JSON.stringify(value))
    }),
  )
})

test.each([256, 257, 1_000])('a list of %i items comes in pieces of at most 256', (length) => {
  const list = Array.from({ length }, (_, at) => ({ at }))
  const pieces = [...toJsonPieces({ list, none: undefined })]
  expect(pieces.join('')).toBe(JSON.stringify({ list }))
  for (const piece of pieces) expect(piece.split('at').length - 1).toBeLessThanOrEqual(256)
})
