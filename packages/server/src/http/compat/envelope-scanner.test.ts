import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MalformedEnvelope, createEnvelopeScanner, type EnvelopeScanner } from './envelope-scanner.ts'
import { parseRun } from './parse-run.ts'

function scan(json: string, chunkBytes = 1_000_000): EnvelopeScanner {
  const scanner = createEnvelopeScanner()
  const bytes = Buffer.from(json)
  for (let at = 0; at < bytes.length; at += chunkBytes) scanner.write(bytes.subarray(at, at + chunkBytes))
  return scanner
}

function readAll(json: string, chunkBytes?: number) {
  const { envelope, runs } = scan(json, chunkBytes).end()
  return { envelope, rows: runs.flatMap((run) => parseRun(run)) }
}

test('what is written in any order, spacing and chunks is read as JSON.parse would', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 8 })
  const row = fc.record({
    path: text,
    'a"b\\': text,
    n: fc.double({ noNaN: true, noDefaultInfinity: true }),
    deep: fc.constantFrom({}, [1, '],'], null),
  })
  const members = fc.shuffledSubarray(['api_key', 'framework', 'privacy_level', 'requests', 'extra'] as const, {
    minLength: 1,
  })
  const body = fc.record({
    members,
    rows: fc.array(row, { maxLength: 20 }),
    text,
    indent: fc.constantFrom(0, 2),
    chunkBytes: fc.integer({ min: 1, max: 50 }),
  })

  fc.assert(
    fc.property(body, ({ members, rows, text, indent, chunkBytes }) => {
      const values = { api_key: text, framework: text, privacy_level: 1, requests: rows, extra: { requests: [text] } }
      const json = JSON.stringify(Object.fromEntries(members.map((name) => [name, values[name]])), null, indent)

      const { envelope, rows: read } = readAll(json, chunkBytes)

      const has = (name: (typeof members)[number]) => members.includes(name)
      expect(envelope).toEqual({
        apiKey: has('api_key') ? text : null,
        framework: has('framework') ? text : null,
        privacyLevel: has('privacy_level') ? 1 : undefined,
      })
      expect(read).toEqual(has('requests') ? JSON.parse(JSON.stringify(rows)) : [])
    }),
    { numRuns: 300 },
  )
})

test.each([10, 1_000, 1_000_000])('a row that is too long is refused, in chunks of %i bytes, however many fit its bound', (chunkBytes) => {
  const row = (bytes: number) => `{"path":"${'x'.repeat(bytes - 11)}"}`

  expect(readAll(`{"requests":[${row(65_536)},${row(65_536)}]}`, chunkBytes).rows).toHaveLength(2)
  expect(() => scan(`{"requests":[1,${row(65_537)}]}`, chunkBytes)).toThrow('a row has more than 65536 bytes')
  expect(() => scan(`{"requests":[${row(10_000_000)}`, chunkBytes)).toThrow(MalformedEnvelope)
})

test('the key is known as soon as it has been read', () => {
  const scanner = createEnvelopeScanner()

  scanner.write(Buffer.from('{"api_key":"abc"'))
  const before = scanner.member('api_key')
  scanner.write(Buffer.from(',"requests":[{"path'))

  expect([before, scanner.member('api_key')]).toEqual([undefined, 'abc'])
})

test('many rows come in runs that are parsed apart', () => {
  const rows = Array.from({ length: 1_234 }, (_, id) => ({ id }))

  const { runs } = scan(JSON.stringify({ requests: rows })).end()

  expect(runs.map((run) => run.rows)).toEqual([500, 500, 234])
  expect(runs.flatMap((run) => parseRun(run))).toEqual(rows)
})

describe('a row that is broken costs none of its neighbours', () => {
  test.each([
    ['NaN, as Python writes it', '[{"id":1},{"id":NaN},{"id":2}]', 3],
    ['a word', '[{"id":1},oops,{"id":2}]', 3],
    ['a trailing comma', '[{"id":1},{"id":2},]', 2],
    ['a comma too many', '[{"id":1},,{"id":2}]', 2],
  ])('%s', (_name, requests, rows) => {
    const { rows: read } = readAll(`{"requests":${requests}}`)

    expect(read.length).toBe(rows)
    expect(read.filter((row) => row !== undefined)).toEqual([{ id: 1 }, { id: 2 }])
  })
})

test.each([
  ['nothing', ''],
  ['a list', '[]'],
  ['a cut body', '{"api_key":"a","requests":[{"id":1}'],
  ['a list that is not closed', '{"requests":[{"id":1}}}'],
  ['two bodies', '{}{}'],
  ['a name without a value', '{"api_key"}'],
  ['a value that is none', '{"api_key":oops}'],
  ['a huge member', `{"api_key":"${'x'.repeat(10_000)}"}`],
  ['deep nesting', `{"requests":${'['.repeat(1_000)}`],
  ['very many members', `{${Array.from({ length: 1_000 }, (_, at) => `"m${at}":1`).join(',')}}`],
])('%s is no body', (_name, json) => {
  expect(() => scan(json).end()).toThrow(MalformedEnvelope)
})
