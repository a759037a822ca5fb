import { expect, test } from 'vitest'
import { createRegistry } from '../registry/create-registry.ts'
import { onEachDatabase, type TestDatabase } from '../testing/on-each-database.ts'
import { createAttempts } from './attempts.ts'
import { createAuditLog } from './audit-log.ts'
import { createDoor } from './door.ts'
import type { LoginAttempt } from './log-in.ts'
import { SESSION_IDLE_MS, SESSION_MAX_MS } from './sessions.ts'
import { createTotpSecret, toTotpCode } from './totp.ts'

const PEPPER = Buffer.alloc(32, 7)
const ADA = { email: 'ada@example.org', role: 'owner', passwordHash: null } as const
const BEN = { email: 'ben@example.org', role: 'viewer', passwordHash: null } as const

/** The door of one process, and a clock that the test moves. */
async function openDoor(place: TestDatabase, clock = { now: 1_000_000 }) {
  const database = await place.open()
  const door = await createDoor(database, PEPPER, null, () => clock.now)
  const logIn = async (attempt: LoginAttempt) => {
    const outcome = await door.logIn.check(attempt)
    if (outcome.kind === 'wrong') await outcome.written
    return outcome
  }
  return { ...door, logIn, database, clock }
}

/** Someone who was made, or the test ends here. */
function present<Value>(value: Value | null): Value {
  if (value === null) throw new Error('expected something')
  return value
}

onEachDatabase((create) => {
  test('people have an address of their own, a role and what was granted to them', async () => {
    const { people, database } = await openDoor(await create())
    const registry = createRegistry(database, PEPPER)
    const [shop, blog] = [await registry.createProject({ name: 'shop' }), await registry.createProject({ name: 'blog' })]

    const ben = present(await people.create(BEN))
    await people.create(ADA)
    await people.grant(ben.id, shop.id, 'viewer')
    await people.grant(ben.id, blog.id, 'viewer')
    await people.grant(ben.id, shop.id, 'admin')
    await people.grant(ben.id, blog.id, null)

    expect(await people.create(ADA)).toBeNull()
    expect((await people.list()).map(({ email, role, grants }) => ({ email, role, grants }))).toEqual([
      { email: 'ada@example.org', role: 'owner', grants: new Map() },
      { email: 'ben@example.org', role: 'viewer', grants: new Map([[shop.id, 'admin']]) },
    ])
    await registry.retireProject(shop.id)
    await registry.removeProject(shop.id)
    expect((await people.find(ben.id))?.grants).toEqual(new Map())
  })

  test('the last owner stays one, also when two owners remove each other', async () => {
    const place = await create()
    const [one, two] = [await openDoor(place), await openDoor(place)]
    const ada = present(await one.people.create(ADA))

    expect([await one.people.changeRole(ada.id, 'admin'), await one.people.remove(ada.id)]).toEqual([false, false])

    const ben = present(await one.people.create({ ...BEN, role: 'owner' }))
    const done = await Promise.all([one.people.remove(ben.id), two.people.changeRole(ada.id, 'viewer')])

    expect(done.filter(Boolean)).toHaveLength(1)
    expect((await one.people.list()).filter(({ role }) => role === 'owner')).toHaveLength(1)
  })

  test('a session ends by itself, by a log-out, and with its person', async () => {
    const place = await create()
    const { people, sessions, clock } = await openDoor(place)
    const [ada, ben] = [present(await people.create(ADA)), present(await people.create(BEN))]
    const [used, idle, left, other] = [await sessions.open(ada.id), await sessions.open(ada.id), await sessions.open(ada.id), await sessions.open(ben.id)]

    await sessions.end(left)
    expect((await sessions.find(used))?.email).toBe('ada@example.org')
    expect([await sessions.find(left), await sessions.find('x'), await sessions.find('')]).toEqual([null, null, null])

    await people.remove(ben.id)
    expect(await sessions.find(other)).toBeNull()

    for (let passed = 0; passed < SESSION_MAX_MS - SESSION_IDLE_MS; passed += SESSION_IDLE_MS / 2) {
      clock.now += SESSION_IDLE_MS / 2
      expect(await sessions.find(used)).not.toBeNull()
    }
    expect(await sessions.find(idle)).toBeNull()
    clock.now += SESSION_IDLE_MS
    expect(await sessions.find(used)).toBeNull()

    const [first, second] = [await sessions.open(ada.id), await sessions.open(ada.id)]
    await sessions.endAll(ada.id)
    expect([await sessions.find(first), await sessions.find(second)]).toEqual([null, null])
  })

  test('of too many sessions of one person the oldest ends', async () => {
    const { people, sessions, clock } = await openDoor(await create())
    const ada = present(await people.create(ADA))

    const tokens: string[] = []
    for (let made = 0; made < 21; made++, clock.now++) tokens.push(await sessions.open(ada.id))
    const alive = await Promise.all(tokens.map(async (token) => (await sessions.find(token)) !== null))

    expect(alive).toEqual([false, ...Array.from({ length: 20 }, () => true)])
  })

  test('no table holds a token that lets somebody in', async () => {
    const { people, sessions, links, database } = await openDoor(await create())
    const ada = present(await people.create(ADA))

    const tokens = [await sessions.open(ada.id), await links.issue(ada.id, 1_000), await links.issueSetUp(1_000)]
    const rows = [...(await database.query('SELECT * FROM sessions')), ...(await database.query('SELECT * FROM links'))]

    const values = rows.flatMap((row) => Object.values(row)).map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value))))
    expect(rows).toHaveLength(3)
    for (const token of tokens)
      for (const value of values) expect([value.includes(token), value.includes(Buffer.from(token, 'base64url'))]).toEqual([false, false])
  })

  test('a set-up link makes one owner, however many links and processes there are', async () => {
    const place = await create()
    const [one, two] = [await openDoor(place), await openDoor(place)]
    const tokens = [await one.links.issueSetUp(1_000), await two.links.issueSetUp(1_000)]
    expect(await one.links.isSetUp(tokens[1] ?? '')).toBe(true)

    const made = await Promise.all([one.links.useSetUp(tokens[0] ?? '', ADA), two.links.useSetUp(tokens[1] ?? '', { ...ADA, email: 'eve@example.org' })])

    expect(made.filter((id) => id !== null)).toHaveLength(1)
    expect(await one.people.list()).toHaveLength(1)
    expect(await one.links.isSetUp(tokens[1] ?? '')).toBe(false)
    expect(await one.links.useSetUp(await one.links.issueSetUp(1_000), { ...ADA, email: 'eve@example.org' })).toBeNull()
  })

  test('a link of a person works once, until its time is over or another is issued, and ends all sessions', async () => {
    const { people, links, sessions, clock } = await openDoor(await create())
    const ada = present(await people.create(ADA))
    const session = await sessions.open(ada.id)

    const [stale, fresh] = [await links.issue(ada.id, 1_000), await links.issue(ada.id, 1_000)]
    expect([await links.find(stale), await links.find(fresh), await links.isSetUp(fresh)]).toEqual([null, ada.id, false])
    expect(await sessions.find(session)).not.toBeNull()
    expect([await links.use(fresh, 'hash'), await links.use(fresh, 'other')]).toEqual([ada.id, null])
    expect([(await people.credentials(ADA.email))?.passwordHash, await sessions.find(session)]).toEqual(['hash', null])

    const late = await links.issue(ada.id, 1_000)
    clock.now += 1_000
    expect([await links.find(late), await links.use(late, 'hash')]).toEqual([null, null])
  })

  test('attempts run out by subject and come back with time, for all processes', async () => {
    const clock = { now: 5_000 }
    const place = await create()
    const [one, two] = [createAttempts(await place.open(), () => clock.now), createAttempts(await place.open(), () => clock.now)]
    const rate = { burst: 3, everyMs: 100 }
    const take = (times: number) => Promise.all(Array.from({ length: times }, (_, at) => (at % 2 === 0 ? one : two).take('ada', rate)))

    expect((await take(5)).filter((waitMs) => waitMs === 0)).toHaveLength(3)
    expect(await one.take('ada', rate)).toBe(100)
    expect(await one.take('ben', rate)).toBe(0)
    clock.now += 100
    expect([await two.take('ada', rate), await two.take('ada', rate)]).toEqual([0, 100])
    await one.forgive('ada')
    expect((await take(4)).filter((waitMs) => waitMs === 0)).toHaveLength(3)
  })

  test('a login needs the password, tells nothing about who there is, and runs out', async () => {
    const { people, passwords, logIn, audit, clock } = await openDoor(await create())
    await people.create({ ...ADA, passwordHash: await passwords.hash('correct horse battery') })
    await people.create(BEN)
    const attempt = (email: string, password: string) => logIn({ email, password, code: null, address: '192.0.2.1' })

    expect(await attempt(' Ada@Example.org ', 'correct horse battery')).toMatchObject({ kind: 'in', person: { email: 'ada@example.org' } })
    for (const [email, password] of [['ada@example.org', 'wrong'], ['ben@example.org', ''], ['nobody@example.org', 'nobody']] as const)
      expect(await attempt(email, password)).toMatchObject({ kind: 'wrong' })

    for (let tried = 0; tried < 9; tried++) await attempt('ada@example.org', 'wrong')
    expect(await attempt('ada@example.org', 'correct horse battery')).toMatchObject({ kind: 'wait' })
    clock.now += 60_000
    expect(await attempt('ada@example.org', 'correct horse battery')).toMatchObject({ kind: 'in' })

    const count = async (wanted: string) => (await audit.list(100, null)).filter(({ action }) => action === wanted).length
    expect([await count('login-refused'), await count('login')]).toEqual([11, 2])
  })

  test('one network that tries many accounts has to wait too', async () => {
    const { logIn } = await openDoor(await create())

    const outcomes: string[] = []
    for (let tried = 0; tried < 31; tried++)
      outcomes.push((await logIn({ email: `a${tried}@example.org`, password: 'x', code: null, address: `2001:db8:0:1::${tried.toString(16)}` })).kind)

    expect(new Set(outcomes.slice(0, 30))).toEqual(new Set(['wrong']))
    expect(outcomes[30]).toBe('wait')
    expect((await logIn({ email: 'b@example.org', password: 'x', code: null, address: '2001:db8:0:2::1' })).kind).toBe('wrong')
  })

  test('with codes a password alone lets nobody in, and a code counts once', async () => {
    const { people, passwords, logIn, clock } = await openDoor(await create())
    const ada = present(await people.create({ ...ADA, passwordHash: await passwords.hash('correct horse battery') }))
    const secret = createTotpSecret()
    await people.setTotp(ada.id, secret)
    const attempt = async (password: string, code: string | null) => (await logIn({ email: ADA.email, password, code, address: '192.0.2.1' })).kind
    const code = toTotpCode(secret, Math.floor(clock.now / 30_000))

    expect(await attempt('correct horse battery', null)).toBe('code')
    expect(await attempt('wrong', code)).toBe('wrong')
    expect(await attempt('correct horse battery', code === '000000' ? '000001' : '000000')).toBe('wrong')
    expect([await attempt('correct horse battery', code), await attempt('correct horse battery', code)]).toEqual(['in', 'wrong'])
  })

  test('the audit log shows whether an entry was changed, taken out, or cut off at its end', async () => {
    const place = await create()
    const database = await place.open()
    const logs = [createAuditLog(database, PEPPER, () => 1_000), createAuditLog(await place.open(), PEPPER, () => 1_000)]
    await Promise.all(Array.from({ length: 10 }, (_, at) => logs[at % 2]?.append({ actor: 'operator', action: 'key-created', subject: `key ${at}` })))
    const log = createAuditLog(database, PEPPER)

    const entries = await log.list(4, null)
    expect([entries.length, await log.firstBroken()]).toEqual([4, null])
    expect((await log.list(100, entries.at(-1)?.id ?? 0)).length).toBe(6)

    const last = entries[0]?.id ?? 0
    await database.query('UPDATE audit_log SET subject = $1 WHERE id = $2', ['another', last - 3])
    expect(await log.firstBroken()).toBe(last - 3)
    await database.query('DELETE FROM audit_log WHERE id <= $1', [last - 3])
    expect(await log.firstBroken()).toBeNull()
    await database.query('DELETE FROM audit_log WHERE id = $1', [last - 1])
    expect(await log.firstBroken()).toBe(last)
    await database.query('DELETE FROM audit_log WHERE id = $1', [last])
    expect(await log.firstBroken()).toBe(last - 2)
  })

  test('the audit log keeps its entries for 400 days', async () => {
    const clock = { now: 1_000 }
    const log = createAuditLog(await (await create()).open(), PEPPER, () => clock.now)
    const append = () => log.append({ actor: 'operator', action: 'key-revoked', subject: 'a key', projectId: 3 })

    await append()
    clock.now += 400 * 86_400_000
    await append()
    clock.now += 1
    await append()

    expect((await log.list(10, null)).map(({ at, projectId }) => [at - clock.now, projectId])).toEqual([[0, 3], [-1, 3]])
    expect(await log.firstBroken()).toBeNull()
  })
})
