import { expect, test } from 'vitest'
import { openAsInvited, openAsOwner, openBrowser, PASSWORD, type TestBrowser } from '../../testing/browser.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

async function statusOf(browser: TestBrowser, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<number> {
  return (await browser.call(method, path, body, headers)).status
}

test('an invitation leads to a password once, and the person sees what they were let into', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  const { body: shop } = await owner.call('POST', '/api/v1/projects', { name: 'shop', timeZone: 'europe/berlin', eventDays: 30 })
  await owner.call('POST', '/api/v1/projects', { name: 'blog' })
  const { body: invited } = await owner.call('POST', '/api/v1/people', { email: 'Ben@example.org', role: 'viewer' })
  const ben = openBrowser(server)
  const token = String(invited['link']).split('#')[1]

  expect(invited['link']).toMatch(/^\/welcome#[\w-]{43}$/)
  expect(await statusOf(ben, 'POST', '/api/v1/password', { token, password: 'too short' })).toBe(422)
  expect(await statusOf(ben, 'POST', '/api/v1/password', { token, password: PASSWORD })).toBe(200)
  expect(await statusOf(ben, 'POST', '/api/v1/password', { token, password: PASSWORD })).toBe(410)
  expect(await statusOf(ben, 'POST', '/api/v1/login', { email: 'ben@example.org', password: PASSWORD })).toBe(200)

  const { id } = (await ben.call('GET', '/api/v1/me')).body
  expect((await ben.call('GET', '/api/v1/projects')).body).toEqual({ projects: [] })
  expect(await statusOf(ben, 'GET', '/api/v1/requests')).toBe(404)
  await owner.call('PUT', '/api/v1/people/grant', { person: id, project: shop['id'], role: 'admin' })
  expect((await ben.call('GET', '/api/v1/projects')).body).toMatchObject({ projects: [{ name: 'shop', timeZone: 'Europe/Berlin', eventDays: 30, rollupDays: null }] })
  expect((await ben.call('GET', '/api/v1/project')).body).toMatchObject({ name: 'shop', keyKind: 'read' })
  await owner.call('PUT', '/api/v1/people/grant', { person: id, project: shop['id'], role: null })
  expect(await statusOf(ben, 'GET', '/api/v1/project')).toBe(404)
})

test('what each role may do', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  const { body: shop } = await owner.call('POST', '/api/v1/projects', { name: 'shop' })
  const inShop = { 'x-wayside-project': String(shop['id']) }
  const can = async (browser: TestBrowser, name: string) =>
    Promise.all([
      statusOf(browser, 'GET', '/api/v1/overview', undefined, inShop),
      statusOf(browser, 'GET', '/api/v1/keys', undefined, inShop),
      statusOf(browser, 'PATCH', '/api/v1/project', { privacyFloor: 1 }, inShop),
      statusOf(browser, 'POST', '/api/v1/events', {}, inShop),
      statusOf(browser, 'POST', '/api/v1/projects', { name: `of ${name}` }),
      statusOf(browser, 'GET', '/api/v1/people'),
      statusOf(browser, 'GET', '/api/v1/audit'),
    ])
  const open = async (name: string, role: string, granted: string | null) => {
    const person = await openAsInvited(server, owner, `${name}@example.org`, role)
    if (granted !== null) await owner.call('PUT', '/api/v1/people/grant', { person: person.id, project: shop['id'], role: granted })
    return person
  }

  expect(await can(owner, 'owner')).toEqual([200, 200, 200, 401, 200, 200, 200])
  expect(await can(await open('admin', 'admin', null), 'admin')).toEqual([200, 200, 200, 401, 200, 200, 200])
  expect(await can(await open('member', 'member', null), 'member')).toEqual([404, 404, 404, 401, 200, 403, 403])
  expect(await can(await open('lead', 'member', 'admin'), 'lead')).toEqual([200, 200, 200, 401, 200, 403, 403])
  expect(await can(await open('colleague', 'member', 'member'), 'colleague')).toEqual([200, 403, 403, 401, 200, 403, 403])
  expect(await can(await open('guest', 'viewer', 'admin'), 'guest')).toEqual([200, 403, 403, 401, 403, 403, 403])
})

test('a member administers what they made', async () => {
  const server = await startTestServer()
  const member = await openAsInvited(server, await openAsOwner(server), 'ben@example.org', 'member')

  await member.call('POST', '/api/v1/projects', { name: 'blog' })

  expect(await statusOf(member, 'PATCH', '/api/v1/project', { name: 'weblog' })).toBe(200)
  expect((await member.call('GET', '/api/v1/me')).body).toMatchObject({ projects: [{ name: 'weblog', role: 'admin' }] })
})

test('an admin changes nothing about owners, and nobody takes the last owner away', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  const admin = await openAsInvited(server, owner, 'ben@example.org', 'admin')
  const { id } = (await owner.call('GET', '/api/v1/me')).body

  for (const [method, path, body] of [
    ['PUT', '/api/v1/people/role', { person: id, role: 'viewer' }],
    ['PUT', '/api/v1/people/role', { person: admin.id, role: 'owner' }],
    ['POST', '/api/v1/people/link', { person: id }],
    ['POST', '/api/v1/people', { email: 'eve@example.org', role: 'owner' }],
    ['DELETE', `/api/v1/people?person=${String(id)}`, undefined],
  ] as const)
    expect([method, path, await statusOf(admin, method, path, body)]).toEqual([method, path, 403])
  expect(await statusOf(owner, 'PUT', '/api/v1/people/role', { person: id, role: 'admin' })).toBe(409)
  expect(await statusOf(owner, 'DELETE', `/api/v1/people?person=${String(id)}`)).toBe(409)
})

test('who is removed is out at once, and who lost their codes gets in by a link', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  const ben = await openAsInvited(server, owner, 'ben@example.org', 'member')

  const { body: linked } = await owner.call('POST', '/api/v1/people/link', { person: ben.id, codesOff: true })
  expect(await statusOf(ben, 'GET', '/api/v1/me')).toBe(200)
  expect(await statusOf(openBrowser(server), 'POST', '/api/v1/password', { token: String(linked['link']).split('#')[1], password: 'another long one' })).toBe(200)
  expect(await statusOf(ben, 'GET', '/api/v1/me')).toBe(401)
  await ben.call('POST', '/api/v1/login', { email: 'ben@example.org', password: 'another long one' })
  expect(await statusOf(ben, 'GET', '/api/v1/me')).toBe(200)
  expect(await statusOf(owner, 'DELETE', `/api/v1/people?person=${ben.id}`)).toBe(200)
  expect(await statusOf(ben, 'GET', '/api/v1/me')).toBe(401)
  expect(await statusOf(ben, 'POST', '/api/v1/login', { email: 'ben@example.org', password: 'another long one' })).toBe(401)
})

test('the audit log tells who did what, the newest first', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  await owner.call('POST', '/api/v1/projects', { name: 'shop' })
  const { body: key } = await owner.call('POST', '/api/v1/keys', { kind: 'admin' })
  const asKey = { authorization: `Bearer ${String(key['key'])}` }
  await fetch(`${server.url}/api/v1/keys?id=${String(key['id'])}`, { method: 'DELETE', headers: asKey })

  const { body } = await owner.call('GET', '/api/v1/audit')
  const { body: older } = await owner.call('GET', `/api/v1/audit?limit=1&before=${(body['entries'] as { id: number }[])[2]?.id}`)

  expect(body).toMatchObject({
    brokenAt: null,
    entries: [
      { actor: key['id'], action: 'key-revoked', subject: key['id'], projectId: 1 },
      { actor: 'person:1', action: 'key-created', subject: key['id'], projectId: 1 },
      { actor: 'person:1', action: 'project-created', subject: 'shop', projectId: 1 },
      { actor: 'person:1', action: 'set-up', subject: 'ada@example.org from 127.0.0.1', projectId: null },
    ],
  })
  expect(older).toMatchObject({ entries: [{ action: 'set-up' }] })
})
