import { expect, test } from 'vitest'
import { createClaim } from './claim.ts'

test('a request is claimed once for each key, also by another copy of this code', async () => {
  // Boundary cast: the query makes the loader evaluate the same module a second time.
  const other = (await import('./claim.ts?copy' as string)) as { createClaim: typeof createClaim }
  expect(other.createClaim).not.toBe(createClaim)
  const request = {}
  expect(createClaim('a')(request)).toBe(true)
  expect(createClaim('a')(request)).toBe(false)
  expect(other.createClaim('a')(request)).toBe(false)
  expect(other.createClaim('b')(request)).toBe(true)
  expect(createClaim('c')(request)).toBe(true)
  expect(['a', 'b', 'c'].map((key) => createClaim(key)(request))).toEqual([false, false, false])
})

test('a claimed request shows no key', () => {
  const request = {}
  createClaim('secret-key')(request)
  createClaim('other-key')(request)
  expect(Reflect.ownKeys(request).map((key) => JSON.stringify(Reflect.get(request, key))).join()).not.toContain('key')
})
