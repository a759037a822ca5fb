import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { takeFreePort } from '@wayside/testing'
import { expect, onTestFinished, test } from 'vitest'
import type { Role } from '../../people/person.ts'
import { createRegisteredClients } from '../../people/registered-clients.ts'
import { openTables } from '../../registry/open-registry.ts'
import { openAsOwner, openBrowser, type TestBrowser } from '../../testing/browser.ts'
import { CLIENT_ID, CLIENT_SECRET, startProvider } from '../../testing/start-provider.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

/** A server, a provider that it trusts, and what a browser does between them. */
async function setUp(roles: Readonly<Record<string, Role>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const clientSecretPath = join(folder, 'secret')
  writeFileSync(clientSecretPath, `${CLIENT_SECRET}\n`)
  let url = ''
  const provider = await startProvider(() => url)
  const server = await startTestServer({
    oidc: { issuer: provider.issuer, client: { kind: 'given', id: CLIENT_ID, secretPath: clientSecretPath }, groupsClaim: 'groups', roles: new Map(Object.entries(roles)) },
  })
  url = server.url
  return { server, provider }
}

/** Visits the pages of a provider, with the cookies that it sets. */
function openAtProvider() {
  const atProvider = new Map<string, string>()
  return async (url: string, form?: Record<string, string>): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...atProvider].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
      atProvider.set(name, value)
    }
    return response
  }
}

/** Follows a login through the provider's own pages, and answers with what the server says at its end. */
async function logIn(browser: TestBrowser, provider: string, subject: string, visit = openAtProvider()) {
  let next = (await browser.call('GET', '/oidc/login')).headers.get('location') ?? ''
  for (let step = 0; next.startsWith(provider) && step < 12; step++) {
    const response = await visit(next)
    const location = response.headers.get('location')
    if (location !== null) next = new URL(location, provider).href
    else {
      const page = await response.text()
      const action = /action="([^"]+)"/.exec(page)?.[1] ?? ''
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? ''
      const done = await visit(new URL(action, provider).href, { prompt, ...(prompt === 'login' && { login: subject, password: 'x' }) })
      next = new URL(done.headers.get('location') ?? '', provider).href
    }
  }
  const { pathname, search } = new URL(next)
  return { answer: await browser.call('GET', `${pathname}${search}`), callback: `${pathname}${search}` }
}

test('who was invited logs in with the provider, by the address that it vouches for', async () => {
  const { server, provider } = await setUp()
  const owner = await openAsOwner(server)
  await owner.call('POST', '/api/v1/people', { email: 'ben@example.org', role: 'member' })
  provider.accounts.set('ben-1', { email: 'Ben@example.org', email_verified: true })
  const browser = openBrowser(server)

  const { answer, callback } = await logIn(browser, provider.issuer, 'ben-1')

  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/account'])
  expect((await browser.call('GET', '/api/v1/me')).body).toMatchObject({ email: 'ben@example.org', role: 'member', hasPassword: false })
  expect((await browser.call('GET', callback)).status).toBe(400)
  expect(await (await server.get('/login')).text()).toContain('href="/oidc/login"')

  provider.accounts.set('ben-1', { email: 'renamed@example.org', email_verified: false })
  const again = openBrowser(server)
  expect((await logIn(again, provider.issuer, 'ben-1')).answer.status).toBe(302)
  expect((await again.call('GET', '/api/v1/me')).body).toMatchObject({ email: 'ben@example.org' })
})

test('nobody gets in by an address that the provider does not vouch for, or that nobody invited', async () => {
  const { server, provider } = await setUp()
  await openAsOwner(server)
  provider.accounts.set('eve-1', { email: 'ada@example.org', email_verified: false })
  provider.accounts.set('eve-2', { email: 'eve@example.org', email_verified: true })

  for (const subject of provider.accounts.keys()) {
    const browser = openBrowser(server)
    expect([subject, (await logIn(browser, provider.issuer, subject)).answer.status]).toEqual([subject, 403])
    expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
  }
})

test('groups decide the role at each login, and who is in none of them is out', async () => {
  const { server, provider } = await setUp({ platform: 'admin', staff: 'viewer' })
  await openAsOwner(server)
  const roleOf = async (groups: readonly string[]) => {
    provider.accounts.set('ben-1', { email: 'ben@example.org', email_verified: true, groups })
    const browser = openBrowser(server)
    await logIn(browser, provider.issuer, 'ben-1')
    return (await browser.call('GET', '/api/v1/me')).body['role'] ?? null
  }

  expect([await roleOf([]), await roleOf(['staff', 'others']), await roleOf(['staff', 'platform']), await roleOf(['staff']), await roleOf(['others'])]).toEqual([
    null,
    'viewer',
    'admin',
    'viewer',
    null,
  ])
})

test('a login that another browser began, or that was changed on its way, leads nowhere', async () => {
  const { server, provider } = await setUp({ staff: 'viewer' })
  provider.accounts.set('ben-1', { email: 'ben@example.org', email_verified: true, groups: ['staff'] })
  const [victim, attacker] = [openBrowser(server), openBrowser(server)]

  await victim.call('GET', '/oidc/login')
  const kept = new Map(victim.cookies)
  const { callback } = await logIn(attacker, provider.issuer, 'ben-1')

  expect((await openBrowser(server).call('GET', callback)).status).toBe(400)
  expect((await victim.call('GET', callback)).status).toBe(403)
  for (const [name, value] of kept) victim.cookies.set(name, value)
  expect((await victim.call('GET', callback.replace(/state=[^&]+/, ''))).status).toBe(403)
  expect((await victim.call('GET', '/api/v1/me')).status).toBe(401)
})

test('the provider logs people out here too, and nobody else does', async () => {
  const { server, provider } = await setUp({ staff: 'viewer' })
  provider.accounts.set('ben-1', { email: 'ben@example.org', email_verified: true, groups: ['staff'] })
  const browser = openBrowser(server)
  await logIn(browser, provider.issuer, 'ben-1')
  const send = (token: string) => server.post('/oidc/logout', new URLSearchParams({ logout_token: token }))

  expect((await send('x')).status).toBe(400)
  expect((await send('eyJhbGciOiJub25lIn0.eyJzdWIiOiJiZW4tMSJ9.')).status).toBe(400)
  expect((await browser.call('GET', '/api/v1/me')).status).toBe(200)
  await provider.logOut()
  expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
})

test('who logs out of both is asked for a password by the provider, too, at the next login', async () => {
  const { server, provider } = await setUp({ staff: 'viewer' })
  provider.accounts.set('ben-1', { email: 'ben@example.org', email_verified: true, groups: ['staff'] })
  provider.accounts.set('eve-1', { email: 'eve@example.org', email_verified: true, groups: ['staff'] })
  const [browser, visit] = [openBrowser(server), openAtProvider()]
  const logInAs = async (subject: string) => {
    await logIn(browser, provider.issuer, subject, visit)
    return (await browser.call('GET', '/api/v1/me')).body['email']
  }

  // Whom the provider still knows it does not ask: the second login is of the first one's subject.
  expect([await logInAs('ben-1'), await logInAs('eve-1')]).toEqual(['ben@example.org', 'ben@example.org'])
  expect((await browser.call('POST', '/oidc/end', {}, { origin: 'https://elsewhere.example' })).status).toBe(403)
  const { continueAt } = (await browser.call('POST', '/oidc/end', {})).body
  expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)

  const page = await (await visit(String(continueAt))).text()
  const xsrf = /name="xsrf" value="(\w+)"/.exec(page)?.[1] ?? ''
  const done = await visit(`${provider.issuer}/session/end/confirm`, { xsrf, logout: 'yes' })
  expect(done.headers.get('location')).toBe(`${server.url}/login`)
  expect(await logInAs('eve-1')).toBe('eve@example.org')
  expect(await (await server.get('/account')).text()).toContain('action="/oidc/end"')
})

/** A server that registers itself with a provider, and the clients that it has by now. */
async function setUpRegistered(registrationToken: string | null, presented: string | null = registrationToken) {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const tokenPath = presented === null ? null : join(folder, 'token')
  if (tokenPath !== null) writeFileSync(tokenPath, `${presented}\n`)
  const port = await takeFreePort()
  const publicUrl = `http://127.0.0.1:${port}`
  const provider = await startProvider(() => publicUrl, { registrationToken })
  provider.accounts.set('ben-1', { email: 'ben@example.org', email_verified: true, groups: ['staff'] })
  const options = { port, oidc: { issuer: provider.issuer, client: { kind: 'registered', publicUrl, tokenPath }, groupsClaim: 'groups', roles: new Map<string, Role>([['staff', 'viewer']]) } } as const
  const server = await startTestServer(options)
  const { database } = await openTables({ data: server.dataDir })
  onTestFinished(() => database.close())
  const clients = async () => (await database.query('SELECT client_id FROM oidc_clients')).map((row) => String(row['client_id']))
  return { server, provider, options, clients, registered: createRegisteredClients(database, Date.now) }
}

test('a server without a client registers itself once, and is the same one after it was started again', async () => {
  const { server, provider, options, clients } = await setUpRegistered('a-token')
  const browser = openBrowser(server)

  expect((await logIn(browser, provider.issuer, 'ben-1')).answer.status).toBe(302)
  expect((await browser.call('GET', '/api/v1/me')).body).toMatchObject({ email: 'ben@example.org', role: 'viewer' })
  const [client = '', ...others] = await clients()
  expect(others).toEqual([])
  await provider.logOut(client)
  expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)

  await server.stop()
  const again = await startTestServer({ ...options, data: server.dataDir })
  const [second, visit] = [openBrowser(again), openAtProvider()]
  expect((await logIn(second, provider.issuer, 'ben-1', visit)).answer.status).toBe(302)
  expect(await clients()).toEqual([client])

  // Back from a log-out at the provider, which was told the address to come back to.
  const { continueAt } = (await second.call('POST', '/oidc/end', {})).body
  const xsrf = /name="xsrf" value="(\w+)"/.exec(await (await visit(String(continueAt))).text())?.[1] ?? ''
  const done = await visit(`${provider.issuer}/session/end/confirm`, { xsrf, logout: 'yes' })
  expect(done.headers.get('location')).toBe(`${again.url}/login`)
})

test('a server whose client the provider has lost registers anew once somebody has it forget the old one', async () => {
  const { server, provider, options, clients, registered } = await setUpRegistered(null)
  expect((await logIn(openBrowser(server), provider.issuer, 'ben-1')).answer.status).toBe(302)
  const [lost = ''] = await clients()
  await provider.forgetClient(lost)
  await server.stop()

  expect(await registered.forget()).toBe(1)

  const again = await startTestServer({ ...options, data: server.dataDir })
  expect((await logIn(openBrowser(again), provider.issuer, 'ben-1')).answer.status).toBe(302)
  expect(await clients()).not.toEqual([lost])
})

test('a client whose secret the provider takes no more is registered anew by the next login', async () => {
  const { server, provider, options, clients, registered } = await setUpRegistered(null)
  const begun = openBrowser(server)
  await begun.call('GET', '/oidc/login')
  const [client = ''] = await clients()
  await registered.forget()
  await registered.keep(provider.issuer, server.url, { clientId: client, clientSecret: 'another', secretExpiresAt: null })
  await server.stop()
  const again = await startTestServer({ ...options, data: server.dataDir })

  expect((await logIn(openBrowser(again), provider.issuer, 'ben-1')).answer.status).toBe(403)
  expect((await logIn(openBrowser(again), provider.issuer, 'ben-1')).answer.status).toBe(302)
  expect(await clients()).not.toEqual([client])
})

test('a provider that does not take the token of who registers keeps nobody from the server, and the log says why', async () => {
  const { server, clients } = await setUpRegistered('a-token', 'another')

  expect((await openBrowser(server).call('GET', '/oidc/login')).status).toBe(503)
  expect(server.log.join('\n')).toMatch(/did not answer.*invalid_token/)
  expect(await clients()).toEqual([])
})

test('a provider that is away keeps nobody from the server, and says so', async () => {
  const server = await startTestServer({
    oidc: { issuer: 'http://127.0.0.1:9', client: { kind: 'given', id: CLIENT_ID, secretPath: null }, groupsClaim: 'groups', roles: new Map() },
  })

  expect((await openBrowser(server).call('GET', '/oidc/login')).status).toBe(503)
  const owner = await openAsOwner(server)
  expect((await owner.call('GET', '/api/v1/me')).status).toBe(200)
  expect((await owner.call('POST', '/oidc/end', {})).body).toEqual({ continueAt: `${server.url}/login` })
  expect((await owner.call('GET', '/api/v1/me')).status).toBe(401)
})
