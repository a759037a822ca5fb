import { expect, test } from 'vitest'
import { createPasswords, PasswordsBusy } from './passwords.ts'

const PEPPER = Buffer.alloc(32, 1)

test('a password is kept as argon2id with 19 MiB and two passes, and with a salt of its own', async () => {
  const passwords = createPasswords(PEPPER)

  const [one, two] = [await passwords.hash('a long enough one'), await passwords.hash('a long enough one')]

  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(two)
})

test('only the password itself is right, however its accents were typed, and only with the secret of the server', async () => {
  const passwords = createPasswords(PEPPER)
  const hash = await passwords.hash('caf\u00e9 au lait!')

  expect(await passwords.verify(hash, 'cafe\u0301 au lait!')).toBe(true)
  expect(await passwords.verify(hash, 'cafe au lait!')).toBe(false)
  expect(await createPasswords(Buffer.alloc(32, 2)).verify(hash, 'caf\u00e9 au lait!')).toBe(false)
})

test("nobody's password is wrong, whatever it is", async () => {
  expect(await createPasswords(PEPPER).verify(null, 'nobody')).toBe(false)
})

test('a flood waits in a queue that has an end, and those in it are answered', async () => {
  const passwords = createPasswords(PEPPER)

  const answers = await Promise.allSettled(Array.from({ length: 80 }, () => passwords.hash('a long enough one')))

  const refused = answers.filter((each) => each.status === 'rejected')
  expect(refused).toHaveLength(80 - 2 - 64)
  expect(refused.every(({ reason }) => reason instanceof PasswordsBusy)).toBe(true)
  expect(await passwords.hash('a long enough one')).toMatch(/^\$argon2id/)
})
