import { expect, test } from 'vitest'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { createRegisteredClients } from './registered-clients.ts'

const [ISSUER, PLACE] = ['https://id.example.org', 'https://stats.example.org']
const client = (clientId: string, secretExpiresAt: number | null = null) => ({ clientId, clientSecret: 's', secretExpiresAt })

onEachDatabase((create) => {
  test('of two servers that register at once, both take the client of the first', async () => {
    const test = await create()
    const [one, two] = [createRegisteredClients(await test.open(), Date.now), createRegisteredClients(await test.open(), Date.now)]

    const kept = await Promise.all([one.keep(ISSUER, PLACE, client('a')), two.keep(ISSUER, PLACE, client('b'))])

    expect(kept[0]).toEqual(kept[1])
    expect(await one.find(ISSUER, PLACE)).toEqual(kept[0])
    expect(await one.find(ISSUER, 'https://other.example.org')).toBe(null)
  })

  test('a client whose secret has expired is none, and makes room for the next', async () => {
    const clock = { now: 1_000 }
    const clients = createRegisteredClients(await (await create()).open(), () => clock.now)
    await clients.keep(ISSUER, PLACE, client('a', 2_000))
    clock.now = 2_000

    expect(await clients.find(ISSUER, PLACE)).toBe(null)
    expect(await clients.keep(ISSUER, PLACE, client('b'))).toEqual(client('b'))
    expect([await clients.forget('https://another.example.org'), await clients.forget(ISSUER), await clients.find(ISSUER, PLACE)]).toEqual([0, 1, null])
  })
})
