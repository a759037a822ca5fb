import { expect, test } from 'vitest'
import { createPerson } from './person.ts'
import { createSession } from './session.ts'

const ADA = { email: 'ada@example.org', projects: [{ id: 'p1', name: 'shop', removedAt: null }] }
const settled = () => new Promise((resolve) => setImmediate(resolve))

function setUp() {
  const asked: string[] = []
  const session = createSession(null)
  const person = createPerson(
    {
      person: async (key) => {
        asked.push(key)
        return { ok: true, value: ADA, servedAt: null }
      },
    },
    session,
  )
  return { asked, session, person }
}

test('a tab that works for a person knows who that is, and forgets it with the session', async () => {
  const { session, person } = setUp()
  session.signIn('project:p1')
  await settled()
  expect(person.value).toEqual(ADA)
  session.signOut()
  expect(person.value).toBe(null)
})

test('a tab with a key asks for nobody', async () => {
  const { asked, session, person } = setUp()
  session.signIn('way_read_1')
  await settled()
  expect([asked, person.value]).toEqual([[], null])
})
