import { expect, test } from 'vitest'
import { findTotpStep, fromBase32, toBase32, toTotpCode, toTotpUrl } from './totp.ts'

const SECRET = Buffer.from('12345678901234567890')

// RFC 6238, appendix B, of whose eight digits ours are the last six.
test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at %d s the code is that of RFC 6238', (seconds, code) => {
  expect(toTotpCode(SECRET, Math.floor(seconds / 30))).toBe(code)
})

test('a code counts now, one step before and one after', () => {
  const at = (steps: number) => findTotpStep(SECRET, toTotpCode(SECRET, 1_000 + steps), 1_000 * 30_000)

  expect([-2, -1, 0, 1, 2].map(at)).toEqual([null, 999, 1_000, 1_001, null])
})

test.each(['', '12345', '1234567', 'abcdef', '287082\0'])('%j is no code', (code) => {
  expect(findTotpStep(SECRET, code, 59_000)).toBeNull()
})

test('a code may be typed with spaces', () => {
  expect(findTotpStep(SECRET, '287 082', 59_000)).toBe(1)
})

test('the link holds the secret as RFC 4648 writes it', () => {
  expect([toBase32(Buffer.from('foobar')), fromBase32('MZXW6YTBOI').toString()]).toEqual(['MZXW6YTBOI', 'foobar'])
  expect(toTotpUrl(SECRET, 'a+b@example.org')).toBe(
    'otpauth://totp/Wayside:a%2Bb%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Wayside',
  )
})
