import { expect, test } from 'vitest'
import { createLog } from '../log/log.ts'
import { createAuthenticator } from './authenticator.ts'
import type { Principal } from './registry.ts'

const PRINCIPAL: Principal = {
  keyId: 'way_ing_0123456789',
  project: { id: 1, publicId: 'p', name: 'shop', privacyFloor: 0, timeZone: 'UTC', eventDays: null, rollupDays: null, createdAt: 0 },
  kind: 'ingest',
}

/** An authenticator before a registry that answers as it is told, and what that was asked and told. */
function setUp(answer: (key: string) => Promise<Principal | null>, touch: () => Promise<void> = async () => undefined) {
  const asked: string[] = []
  const touched: [string, number][][] = []
  const clock = { now: 1_000 }
  const registry = {
    authenticate(key: string) {
      asked.push(key)
      return answer(key)
    },
    async touchKeys(usedAt: ReadonlyMap<string, number>) {
      touched.push([...usedAt])
      await touch()
    },
  }
  const authenticator = createAuthenticator(
    registry,
    createLog('error', () => undefined),
    () => clock.now,
  )
  return { authenticator, asked, touched, clock }
}

test('a crowd of requests with one key asks once, also while the answer is on its way', async () => {
  const { authenticator, asked, touched, clock } = setUp(async () => PRINCIPAL)

  const crowd = await Promise.all(Array.from({ length: 100 }, () => authenticator.authenticate('key')))
  clock.now += 4_999
  await authenticator.authenticate('key')
  await authenticator.close()

  expect([new Set(crowd), asked]).toEqual([new Set([PRINCIPAL]), ['key']])
  expect(touched).toEqual([[[PRINCIPAL.keyId, 5_999]]])
})

test('a key that is none is asked for each time, so that it counts once it is made', async () => {
  let made: Principal | null = null
  const { authenticator } = setUp(async () => made)

  const before = await authenticator.authenticate('key')
  made = PRINCIPAL
  const after = await authenticator.authenticate('key')
  await authenticator.close()

  expect([before, after]).toEqual([null, PRINCIPAL])
})

test('a registry that does not answer fails the requests that ask it, and the next one asks again', async () => {
  let isDown = true
  const { authenticator } = setUp(async () => {
    if (isDown) throw new Error('down')
    return PRINCIPAL
  })

  const crowd = await Promise.allSettled(['key', 'key'].map((key) => authenticator.authenticate(key)))
  isDown = false
  const after = await authenticator.authenticate('key')
  await authenticator.close()

  expect([crowd.map(({ status }) => status), after]).toEqual([['rejected', 'rejected'], PRINCIPAL])
})

test('what is remembered counts for less than five seconds, and not after it was told to forget', async () => {
  const { authenticator, asked, clock } = setUp(async () => PRINCIPAL)

  await authenticator.authenticate('key')
  clock.now += 5_000
  await authenticator.authenticate('key')
  authenticator.forget()
  await authenticator.authenticate('key')
  await authenticator.close()

  expect(asked).toHaveLength(3)
})
