import { expect, test } from 'vitest'
import { refusePassword } from './check-password.ts'

test.each([
  ['short', 'eleven char', '12 characters'],
  ['endless', 'abcdef'.repeat(43), '256 characters'],
  ['of few characters', 'abababababab', 'too few characters'],
  ['with the name in it', 'Adalovelace-2026', 'e-mail name'],
  ['common', 'Password1234', 'tried first'],
  ['common with something around it', '123!!Sunshine!!123', 'tried first'],
])('a password that is %s is refused', async (_what, password, reason) => {
  expect(await refusePassword(password, 'adalovelace@example.org')).toContain(reason)
})

test.each(['correct horse battery', 'wF7#qLr9!zQ2', 'süße kleine Ente'])('%j can be chosen', async (password) => {
  expect(await refusePassword(password, 'ada@example.org')).toBeNull()
})
