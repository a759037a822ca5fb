import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createJsonScan, type JsonBounds } from './scan-json.ts'

const WIDE: JsonBounds = { depth: 1_000, names: 1_000, texts: 1_000, values: 1_000 }

function scan(text: string, bounds: Partial<JsonBounds>, chunkBytes = Number.POSITIVE_INFINITY): keyof JsonBounds | null {
  const { write } = createJsonScan({ ...WIDE, ...bounds })
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const passed = write(bytes.subarray(at, at + chunkBytes))
    if (passed !== null) return passed
  }
  return null
}

test.each([
  ['[[[]]]', { depth: 3 }, { depth: 2 }, 'depth'],
  ['{"a":{"b":1}}', { names: 2 }, { names: 1 }, 'names'],
  ['["a","b",{"c":"d"}]', { texts: 4 }, { texts: 3 }, 'texts'],
  ['[1,2,[],{}]', { values: 6 }, { values: 5 }, 'values'],
  ['"[[{,:\\"[[{,:"', { depth: 0, names: 0, texts: 1, values: 0 }, { texts: 0 }, 'texts'],
] as const)('%s keeps to %j and passes %j', (text, kept, passed, bound) => {
  expect([scan(text, kept), scan(text, passed)]).toEqual([null, bound])
})

/** What a value holds, counted from what JSON.parse made of it. */
function count(value: unknown): JsonBounds {
  if (typeof value === 'string') return { depth: 0, names: 0, texts: 1, values: 0 }
  if (typeof value !== 'object' || value === null) return { depth: 0, names: 0, texts: 0, values: 0 }
  const parts = Object.values(value).map(count)
  const sum = (of: (part: JsonBounds) => number) => parts.reduce((total, part) => total + of(part), 0)
  const names = Array.isArray(value) ? 0 : parts.length
  return {
    depth: 1 + Math.max(0, ...parts.map(({ depth }) => depth)),
    names: names + sum((part) => part.names),
    texts: names + sum((part) => part.texts),
    values: Math.max(1, parts.length) + sum((part) => part.values),
  }
}

test('what the scan counts is what JSON.parse finds, whatever the spacing and the chunks', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }), fc.constantFrom(0, 1), fc.integer({ min: 1, max: 9 }), (value, indent, chunkBytes) => {
      const text = JSON.stringify(value, null, indent)
      const exact = count(JSON.parse(text))

      expect(scan(text, exact, chunkBytes)).toBe(null)
      for (const bound of ['depth', 'names', 'texts', 'values'] as const)
        if (exact[bound] > 0) expect(scan(text, { [bound]: exact[bound] - 1 }, chunkBytes)).toBe(bound)
    }),
    { numRuns: 1_000 },
  )
})

test('of text that is almost JSON, what passes parses or fails at once, and what is refused breaks a bound', () => {
  const bounds: JsonBounds = { depth: 3, names: 4, texts: 8, values: 12 }
  const almostJson = fc
    .array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', '"a":', '"a"', '1', 'null', ' ', 'x', '[[', '{"a":1}'), { maxLength: 40 })
    .map((parts) => parts.join(''))

  fc.assert(
    fc.property(fc.oneof(almostJson, fc.json({ maxDepth: 4 })), (text) => {
      const passed = scan(text, bounds)
      const found = tryParse(text)
      if (found === undefined) return
      const counted = count(found)
      const broken = (Object.keys(bounds) as (keyof JsonBounds)[]).filter((bound) => counted[bound] > bounds[bound])
      if (passed === null) expect(broken).toEqual([])
      // Members of one name are counted each, where JSON.parse keeps the last.
      else if (!hasTwins(text)) expect(broken).toContain(passed)
    }),
    { numRuns: 5_000 },
  )
})

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function hasTwins(text: string): boolean {
  return JSON.stringify(JSON.parse(text)).length < text.replaceAll(' ', '').length
}
