import { expect, test } from 'vitest'
import { openAsOwner } from '../testing/browser.ts'
import { startTestServer } from '../testing/start-test-server.ts'

test('two keys of a kind work beside each other, until the old one is revoked, at once here', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  await owner.call('POST', '/api/v1/projects', { name: 'shop' })
  const make = async () => (await owner.call('POST', '/api/v1/keys', { kind: 'read' })).body
  const [old, fresh] = [await make(), await make()]
  const works = async () => Promise.all([old, fresh].map(async ({ key }) => (await server.get('/api/v1/overview', String(key))).status))

  expect(await works()).toEqual([200, 200])
  expect((await owner.call('DELETE', `/api/v1/keys?id=${String(old['id'])}`)).body).toEqual({ revoked: true })
  expect(await works()).toEqual([401, 200])
  expect((await owner.call('DELETE', `/api/v1/keys?id=${String(old['id'])}`)).status).toBe(404)

  const { keys } = (await owner.call('GET', '/api/v1/keys')).body as { keys: object[] }
  expect(keys).toMatchObject([
    { id: old['id'], kind: 'read', revokedAt: expect.any(Number) },
    { id: fresh['id'], kind: 'read', revokedAt: null },
  ])
  expect(JSON.stringify(keys)).not.toContain(String(fresh['key']).slice(-43))
})

test('a key revokes and lists keys of its own project alone', async () => {
  const server = await startTestServer()
  const [mine, other] = [await server.key('admin', 'mine'), await server.key('read', 'other')]
  const remove = (id: string) => fetch(`${server.url}/api/v1/keys?id=${id}`, { method: 'DELETE', headers: { authorization: `Bearer ${mine}` } })

  expect((await remove(other.slice(0, -44))).status).toBe(404)
  expect((await server.get('/api/v1/overview', other)).status).toBe(200)
})

test('settings of a project change, and those without meaning are refused', async () => {
  const server = await startTestServer()
  const key = await server.key('admin')
  await server.key('read', 'taken')
  const change = async (settings: object) =>
    fetch(`${server.url}/api/v1/project`, { method: 'PATCH', body: JSON.stringify(settings), headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } })

  expect(await (await change({ name: 'store', eventDays: 30, rollupDays: null, privacyFloor: 2 })).json()).toMatchObject({ name: 'store', eventDays: 30, rollupDays: null, privacyFloor: 2, timeZone: 'UTC' })
  expect(await (await server.get('/api/v1/project', key)).json()).toMatchObject({ name: 'store', privacyFloor: 2 })
  for (const [settings, status] of [
    [{ name: 'taken' }, 409],
    [{ name: ' x' }, 422],
    [{ timeZone: 'Mars/Olympus' }, 422],
    [{ privacyFloor: 3 }, 400],
    [{ eventDays: 0 }, 400],
    [{ id: 'x' }, 400],
  ] as const)
    expect([settings, (await change(settings)).status]).toEqual([settings, status])
})
