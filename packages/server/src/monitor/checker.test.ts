import type { MonitorInput } from '@wayside/protocol'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { startTarget } from '../testing/toggled-target.ts'
import { createChecker, type CheckerOptions } from './checker.ts'
import { MONITOR_DEFAULTS } from './monitor.ts'

const LOOPBACK = ['127.0.0.0/8']

/** Checks an address with what a test says of the monitor, and of the network. */
function check(url: string, over: Partial<MonitorInput> = {}, { allowed = LOOPBACK, names = {}, ...rest }: Partial<CheckerOptions> & { allowed?: readonly string[]; names?: Record<string, readonly string[]> } = {}) {
  const resolve = async (host: string) => names[host] ?? Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
  const checker = createChecker({ guard: createAddressGuard(allowed), resolve, now: Date.now, monotonicMs: () => performance.now(), ...rest })
  return checker({ ...MONITOR_DEFAULTS, name: 'shop', url, ...over })
}

test('a target that is well, broken, slow, hanging, resetting and refusing is told as it is', async () => {
  const target = await startTarget()
  const seen: unknown[] = []
  for (const mode of ['ok', 'error', 'slow', 'hang', 'reset', 'refused', 'ok'] as const) {
    await target.turn(mode)
    const { state, reason, status } = await check(target.url, { slowMs: mode === 'slow' ? 40 : 9_000, timeoutMs: mode === 'hang' ? 500 : 10_000 })
    seen.push([mode, state, status, reason?.replace(/\d+ ms,/, 'N ms,') ?? null])
  }

  expect(seen).toEqual([
    ['ok', 'up', 200, null],
    ['error', 'down', 500, 'it answered with status 500'],
    ['slow', 'degraded', 200, 'it took N ms, more than 40 ms'],
    ['hang', 'down', null, 'there was no answer within 500 ms'],
    ['reset', 'down', null, 'the connection was closed early'],
    ['refused', 'down', null, 'the connection was refused'],
    ['ok', 'up', 200, null],
  ])
})

test('a name that leads nowhere is down', async () => {
  expect(await check('http://nowhere.example.org/')).toMatchObject({ state: 'down', status: null, reason: 'its name could not be resolved' })
})

test('an answer that ends in its middle is down', async () => {
  const target = await startTarget({ answer: (_request, response) => void response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy()) })

  expect(await check(target.url)).toMatchObject({ state: 'down', reason: 'the connection was closed early' })
})

test('phases are measured, and add up to no more than the whole', async () => {
  const target = await startTarget()
  const { timings } = await check(`http://shop.example.org:${target.port}/`, {}, { names: { 'shop.example.org': ['127.0.0.1'] } })

  const { totalUs, ...phases } = timings
  expect(phases).toEqual({ dnsUs: expect.any(Number), connectUs: expect.any(Number), tlsUs: null, firstByteUs: expect.any(Number) })
  // Each is rounded by itself.
  expect(Object.values(phases).reduce<number>((sum, each) => sum + (each ?? 0), 0)).toBeLessThanOrEqual(totalUs + 3)
})

test('method and headers are sent, and the body is held against its rule', async () => {
  const target = await startTarget({ answer: (request, response) => void response.end(`${request.method} ${request.headers['x-secret'] ?? 'none'}`) })

  expect((await check(target.url, { method: 'POST', headers: { 'X-Secret': 's3cret' }, body: { rule: 'contains', text: 'POST s3cret' } })).state).toBe('up')
  expect((await check(target.url, { body: { rule: 'contains', text: 'POST' } })).reason).toBe('the body lacks the text')
  expect((await check(target.url, { body: { rule: 'lacks', text: 'GET' } })).reason).toBe('the body has the text')
  expect((await check(target.url, { body: { rule: 'matches', text: '^GET\\s+n.ne$' } })).state).toBe('up')
  expect((await check(target.url, { body: { rule: 'matches', text: '^POST' } })).reason).toBe('the body does not match the pattern')
  expect((await check(target.url, { method: 'HEAD' })).state).toBe('up')
})

test('of a body that does not end only the beginning is read', async () => {
  const target = await startTarget({
    answer: (_request, response) => {
      const more = () => void response.write('x'.repeat(65_536), (error) => error ?? more())
      response.write('hello')
      more()
    },
  })

  expect(await check(target.url, { body: { rule: 'contains', text: 'hello' } })).toMatchObject({ state: 'up' })
  expect(await check(target.url, { body: { rule: 'contains', text: 'bye' } })).toMatchObject({ state: 'down' })
})

test('redirects are followed up to a bound, and headers stay with the first host', async () => {
  const other = await startTarget({ answer: (request, response) => void response.end(`secret: ${request.headers['x-secret'] ?? 'none'}`) })
  const target = await startTarget({
    answer: (request, response) => {
      const steps = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('steps'))
      response.writeHead(302, { location: steps > 0 ? `/?steps=${steps - 1}` : other.url }).end()
    },
  })

  expect(await check(`${target.url}?steps=2`, { headers: { 'x-secret': 's' }, body: { rule: 'contains', text: 'secret: none' } })).toMatchObject({ state: 'up', status: 200 })
  expect(await check(`${target.url}?steps=4`, { maxRedirects: 5 })).toMatchObject({ state: 'up' })
  expect(await check(`${target.url}?steps=5`, { maxRedirects: 5 })).toMatchObject({ state: 'down', reason: 'it redirects more than 5 times' })
  expect(await check(target.url, { maxRedirects: 0 })).toMatchObject({ state: 'down', status: 302 })
  expect(await check(target.url, { maxRedirects: 0, expectedStatus: '300-399' })).toMatchObject({ state: 'up', status: 302 })
})

test.each(['file:///etc/passwd', 'gopher://127.0.0.1/', 'http://'])('row 61: a redirect to %s is not followed', async (location) => {
  const target = await startTarget({ answer: (_request, response) => void response.writeHead(302, { location }).end() })

  expect(await check(target.url)).toMatchObject({ state: 'down', reason: 'it redirects to what is no web address' })
})

test('row 61: private addresses are never connected to: as written, behind a name, as one of several, in any spelling', async () => {
  const target = await startTarget()
  const names = { 'inside.example.org': ['127.0.0.1'], 'mixed.example.org': ['8.8.8.8', '127.0.0.1'], 'mapped.example.org': ['::ffff:127.0.0.1'], 'localhost.': ['127.0.0.1'] }
  for (const host of ['127.0.0.1', 'localhost.', '0', '[::1]', '[fd00::]', '10.0.0.1', '169.254.169.254', '[::ffff:127.0.0.1]', '2130706433', '0x7f000001', '0x7f.1', '127.1', 'inside.example.org', 'mixed.example.org', 'mapped.example.org'])
    expect([host, await check(`http://${host}:${target.port}/`, {}, { allowed: [], names })]).toMatchObject([host, { state: 'down', status: null, reason: expect.stringContaining('private network') }])

  expect(target.seen).toEqual({ requests: 0, connections: 0 })
})

test('row 61: a redirect into a private network is not followed, by address or by name', async () => {
  const inside = await startTarget()
  const locations = [`http://127.0.0.2:${inside.port}/`, `http://inside.example.org:${inside.port}/`, `http://[::ffff:7f00:2]:${inside.port}/`, `http://127.0.0.1@127.0.0.2:${inside.port}/`]
  for (const location of locations) {
    const target = await startTarget({ answer: (_request, response) => void response.writeHead(301, { location }).end() })
    const result = await check(target.url, {}, { allowed: ['127.0.0.1/32'], names: { 'inside.example.org': ['127.0.0.2'] } })
    expect([location, result]).toMatchObject([location, { state: 'down', reason: expect.stringContaining('private network') }])
    expect(target.seen.requests).toBe(1)
  }

  expect(inside.seen.connections).toBe(0)
})

test('row 61: a name is looked up once: what was allowed is what is connected to', async () => {
  const target = await startTarget()
  let lookups = 0
  const resolve = async () => (lookups++ === 0 ? ['127.0.0.1'] : ['127.0.0.9'])
  const result = await check(`http://rebinding.example.org:${target.port}/`, {}, { allowed: ['127.0.0.1'], resolve })

  expect([result.state, lookups]).toEqual(['up', 1])
})

/** A certificate for 127.0.0.1 that ends in so many days. */
function makeCertificate(days: number) {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days ${days} -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -out ${folder}/cert.pem -keyout ${folder}/key.pem`
  execFileSync('openssl', words.split(' '), { stdio: 'ignore' })
  return { cert: readFileSync(join(folder, 'cert.pem'), 'utf8'), key: readFileSync(join(folder, 'key.pem'), 'utf8') }
}

test('a certificate is checked, and one about to end is told in time', async () => {
  const [long, short] = [makeCertificate(90), makeCertificate(5)]
  const [well, ending] = [await startTarget({ tls: long }), await startTarget({ tls: short })]

  const result = await check(well.url, {}, { ca: long.cert })
  expect(result).toMatchObject({ state: 'up', timings: { tlsUs: expect.any(Number) } })
  expect(((result.certificateEndsAt ?? 0) - Date.now()) / 86_400_000).toBeCloseTo(90, 1)
  expect(await check(ending.url, {}, { ca: short.cert })).toMatchObject({ state: 'degraded', reason: 'its certificate ends in 4 days' })
  expect(await check(well.url)).toMatchObject({ state: 'down', reason: 'its certificate is signed by nobody who is trusted' })
  const names = { 'other.example.org': ['127.0.0.1'] }
  expect(await check(`https://other.example.org:${well.port}/`, {}, { ca: long.cert, names })).toMatchObject({ state: 'down', reason: 'its certificate is for another name' })
})
