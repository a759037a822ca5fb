import { expect, test } from 'vitest'
import { toTotpCode, fromBase32 } from '../../people/totp.ts'
import { openAsInvited, openAsOwner, openBrowser, PASSWORD } from '../../testing/browser.ts'
import { startTestServer } from '../../testing/start-test-server.ts'

test('the link that the first start prints makes one owner, who is logged in', async () => {
  const server = await startTestServer()
  const browser = openBrowser(server)
  const token = new URL(server.setUpUrl ?? '').hash.slice(1)

  expect((await browser.call('GET', '/api/v1/login')).body).toEqual({ people: false, loggedIn: false })
  for (const [body, status] of [
    [{ token: 'x', email: 'ada@example.org', password: PASSWORD }, 410],
    [{ token, email: 'ada', password: PASSWORD }, 422],
    [{ token, email: 'ada@example.org', password: 'password1234' }, 422],
  ] as const)
    expect((await browser.call('POST', '/api/v1/setup', body)).status).toBe(status)
  expect((await browser.call('POST', '/api/v1/setup', { token, email: 'Ada@example.org', password: PASSWORD })).status).toBe(200)

  expect((await browser.call('GET', '/api/v1/me')).body).toMatchObject({ email: 'ada@example.org', role: 'owner', projects: [] })
  expect((await browser.call('GET', '/api/v1/login')).body).toEqual({ people: true, loggedIn: true })
  expect((await openBrowser(server).call('POST', '/api/v1/setup', { token, email: 'eve@example.org', password: PASSWORD })).status).toBe(410)
})

test('a server that somebody can log in to prints no link', async () => {
  const first = await startTestServer()
  await openAsOwner(first)
  await first.stop()

  expect((await startTestServer({ data: first.dataDir })).setUpUrl).toBeNull()
})

test('a wrong password, an unknown address and one without a password are told the same', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  await owner.call('POST', '/api/v1/people', { email: 'ben@example.org', role: 'viewer' })

  const answers = await Promise.all(
    ['ada@example.org', 'nobody@example.org', 'ben@example.org'].map((email) => openBrowser(server).call('POST', '/api/v1/login', { email, password: 'wrong password' })),
  )

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
  expect(new Set(answers.map(({ body }) => body['detail'])).size).toBe(1)
})

test('row 58: too many attempts have to wait, and are told how long', async () => {
  const server = await startTestServer()
  await openAsOwner(server)
  const attempt = () => openBrowser(server).call('POST', '/api/v1/login', { email: 'ada@example.org', password: 'wrong password' })

  for (let tried = 0; tried < 10; tried++) expect((await attempt()).status).toBe(401)
  const late = await attempt()

  expect(late.status).toBe(429)
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a login begins a session of its own, and a log-out ends that one alone or all', async () => {
  const server = await startTestServer()
  const [one, two, three] = [await openAsOwner(server), openBrowser(server), openBrowser(server)]
  for (const browser of [two, three]) await browser.call('POST', '/api/v1/login', { email: 'ada@example.org', password: PASSWORD })
  const loggedIn = async () => Promise.all([one, two, three].map(async (browser) => (await browser.call('GET', '/api/v1/me')).status === 200))
  const [stolen] = two.cookies

  expect(await loggedIn()).toEqual([true, true, true])
  await two.call('POST', '/api/v1/logout', {})
  expect(two.cookies.size).toBe(0)
  if (stolen !== undefined) two.cookies.set(...stolen)
  expect(await loggedIn()).toEqual([true, false, true])
  await three.call('POST', '/api/v1/logout', { everywhere: true })
  expect(await loggedIn()).toEqual([false, false, false])
})

test('row 58: who logs in again gets another session, and the one before ends', async () => {
  const server = await startTestServer()
  const browser = await openAsOwner(server)
  const before = [...browser.cookies.values()]

  await browser.call('POST', '/api/v1/login', { email: 'ada@example.org', password: PASSWORD })
  const after = [...browser.cookies.values()]
  const [name = ''] = browser.cookies.keys()
  browser.cookies.set(name, before[0] ?? '')

  expect(after).not.toEqual(before)
  expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
})

test('row 58: on this machine the cookie is kept from scripts and other sites; elsewhere plain HTTP lets nobody in, and says why', async () => {
  const server = await startTestServer({ trustProxy: ['127.0.0.1'] })
  await openAsOwner(server)
  const login = (headers: Record<string, string>) =>
    openBrowser(server).call('POST', '/api/v1/login', { email: 'ada@example.org', password: PASSWORD }, { 'sec-fetch-site': 'same-origin', ...headers })

  const local = await login({})
  const remote = await login({ 'x-forwarded-host': 'stats.example.org' })
  const secure = await login({ 'x-forwarded-host': 'stats.example.org', 'x-forwarded-proto': 'https' })

  expect(local.headers.get('set-cookie')).toMatch(/^wayside-\d+=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/)
  expect([remote.status, remote.headers.get('set-cookie'), remote.body['detail']]).toEqual([403, null, expect.stringContaining('--trust-proxy')])
  expect(secure.headers.get('set-cookie')).toMatch(/^__Host-wayside=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict; Secure$/)
})

test('row 58: nothing changes for a page of another site, or for who does not say where it comes from', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  const { origin } = new URL(server.url)
  const attempts: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: '' },
    { origin: `${origin}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
  ]

  for (const headers of attempts) {
    const answers = await Promise.all([
      owner.call('POST', '/api/v1/people', { email: 'eve@example.org', role: 'owner' }, headers),
      owner.call('POST', '/api/v1/login', { email: 'ada@example.org', password: PASSWORD }, headers),
      owner.call('POST', '/api/v1/logout', {}, headers),
    ])
    expect([headers, ...answers.map(({ status }) => status)]).toEqual([headers, 403, 403, 403])
  }

  expect((await owner.call('GET', '/api/v1/people', undefined, { origin: 'https://evil.example' })).body).toMatchObject({ people: [{ email: 'ada@example.org' }] })
})

test('row 58: a form of another site cannot pass for JSON', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)

  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
    const { status } = await owner.call('POST', '/api/v1/people', { email: 'eve@example.org', role: 'owner' }, { 'content-type': type })
    expect([type, [400, 415].includes(status)]).toEqual([type, true])
  }
})

test('a new password needs the old one and ends all other sessions', async () => {
  const server = await startTestServer()
  const [one, two] = [await openAsOwner(server), openBrowser(server)]
  await two.call('POST', '/api/v1/login', { email: 'ada@example.org', password: PASSWORD })

  expect((await one.call('PUT', '/api/v1/me/password', { current: 'wrong password', password: 'another long one' })).status).toBe(401)
  expect((await one.call('PUT', '/api/v1/me/password', { current: PASSWORD, password: 'short' })).status).toBe(422)
  expect((await one.call('PUT', '/api/v1/me/password', { current: PASSWORD, password: 'another long one' })).status).toBe(200)

  expect([(await one.call('GET', '/api/v1/me')).status, (await two.call('GET', '/api/v1/me')).status]).toEqual([200, 401])
  expect((await two.call('POST', '/api/v1/login', { email: 'ada@example.org', password: PASSWORD })).status).toBe(401)
  expect((await two.call('POST', '/api/v1/login', { email: 'ada@example.org', password: 'another long one' })).status).toBe(200)
})

test('with codes on a login takes one, and off needs the password', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  const { body: proposed } = await owner.call('POST', '/api/v1/me/codes')
  const secret = String(proposed['secret'])
  const step = Math.floor(Date.now() / 30_000)
  const code = (at: number) => toTotpCode(fromBase32(secret), at)

  expect((await owner.call('PUT', '/api/v1/me/codes', { secret, password: PASSWORD, code: 'abcdef' })).status).toBe(422)
  expect((await owner.call('PUT', '/api/v1/me/codes', { secret, password: 'wrong password', code: code(step) })).status).toBe(401)
  expect((await owner.call('PUT', '/api/v1/me/codes', { secret, password: PASSWORD, code: code(step) })).body).toMatchObject({ hasCodes: true })

  const browser = openBrowser(server)
  const login = (more: object) => browser.call('POST', '/api/v1/login', { email: 'ada@example.org', password: PASSWORD, ...more })
  expect([(await login({})).body, browser.cookies.size]).toEqual([{ loggedIn: false }, 0])
  expect((await login({ code: code(step) })).status).toBe(401)
  expect((await login({ code: code(step + 1) })).body).toEqual({ loggedIn: true })

  expect((await browser.call('PUT', '/api/v1/me/codes', { secret: null, password: PASSWORD })).body).toMatchObject({ hasCodes: false })
  expect((await login({})).body).toEqual({ loggedIn: true })
})

test('passwords, tokens and cookies reach neither the log nor a file', async () => {
  const server = await startTestServer()
  const owner = await openAsOwner(server)
  await openAsInvited(server, owner, 'ben@example.org', 'viewer')

  const log = server.log.join('')
  expect(log).toContain('/api/v1/login')
  for (const secret of [PASSWORD, new URL(server.setUpUrl ?? '').hash.slice(1), ...owner.cookies.values()]) expect(log).not.toContain(secret)
})
