import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createApiKeyHasher } from './api-key-hash.ts'

test('a hash is the first 32 digits of the SHA-256, the same in every process', () => {
  const expected = createHash('sha256').update('sk_1').digest('hex').slice(0, 32)
  const hash = createApiKeyHasher()
  expect([hash('sk_1'), hash('sk_1'), createApiKeyHasher()('sk_1')]).toEqual([expected, expected, expected])
})

test('keys beyond those remembered hash the same', () => {
  const hash = createApiKeyHasher()
  const before = hash('first')
  for (let at = 0; at < 3_000; at++) hash(`key${at}`)
  expect(hash('first')).toBe(before)
})
