import type { LookupFunction } from 'node:net'
import { expect, test } from 'vitest'
import { hasOpenssl, makeCertificate } from '../certificates.ts'
import { startProxy } from './connect-proxy.ts'
import { ACKED, openGroup } from './group.ts'
import { closedUrl, startServer } from './server.ts'

const withOpenssl = test.skipIf(!hasOpenssl)

/** A receiver with TLS, and the settings by which it is believed. Loopback takes a proxy only when it is named. */
async function startTlsServer() {
  const ca = makeCertificate()
  const server = await startServer('receipt', makeCertificate({ issuer: ca }))
  return { server, group: { receivers: [server.url], tls: { ca: ca.cert } } }
}

withOpenssl('row 18: an https: receiver is reached through CONNECT, with user and password where they are wanted', async () => {
  const proxy = await startProxy({ user: 'me:p@ss' })
  const { server, group } = await startTlsServer()
  const opened = openGroup({ receivers: [{ ...group, proxy: proxy.url.replace('//', '//me:p%40ss@') }] })
  expect(await opened.send(1)).toEqual(ACKED)
  expect(await opened.send(2)).toEqual(ACKED)
  expect(proxy.asked.map(({ line }) => line)).toEqual([`CONNECT 127.0.0.1:${server.port}`])
  // The key is for the receiver, the password for the proxy.
  expect(proxy.asked[0]?.headers.authorization).toBeUndefined()
  expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined()
})

test('row 18: an http: receiver is reached by its whole address', async () => {
  const proxy = await startProxy({ user: 'me:p' })
  const server = await startServer()
  const opened = openGroup({ serverUrl: `${server.url}/base`, proxy: proxy.url.replace('//', '//me:p@') })
  expect(await opened.send(1)).toEqual(ACKED)
  expect(proxy.asked.map(({ line }) => line)).toEqual([`POST ${server.url}/base/api/v1/events`])
  expect(server.requests[0]?.path).toBe('/base/api/v1/events')
  expect(server.requests[0]?.headers).toMatchObject({ host: `127.0.0.1:${server.port}`, authorization: 'Bearer ingest-key' })
})

withOpenssl('row 18: a proxy with TLS works as well', async () => {
  const ca = makeCertificate()
  const proxy = await startProxy({ tls: makeCertificate({ issuer: ca }) })
  const { group } = await startTlsServer()
  // Its CA would come with NODE_EXTRA_CA_CERTS; what is checked here is that it is checked.
  expect(await openGroup({ receivers: [{ ...group, proxy: proxy.url }] }).send(1)).toMatchObject({ kind: 'retry', reason: expect.stringContaining('UNABLE_TO_VERIFY_LEAF_SIGNATURE') })
})

withOpenssl('row 18: a proxy that wants another password is named, and not bypassed', async () => {
  const proxy = await startProxy({ user: 'me:right' })
  const { server, group } = await startTlsServer()
  for (const url of [proxy.url, proxy.url.replace('//', '//me:wrong@')])
    expect(await openGroup({ receivers: [{ ...group, proxy: url }] }).send(1)).toEqual({
      kind: 'refused_access',
      afterMs: 0,
      reason: 'the proxy wants a user and a password (status 407): put them into its URL',
    })
  expect(await openGroup({ serverUrl: server.url.replace('https', 'http'), proxy: proxy.url }).send(1)).toEqual({ kind: 'refused_access', afterMs: 0, reason: 'status 407' })
  expect(server.requests).toEqual([])
})

withOpenssl.each([
  [403, 'the proxy answers with status 403'],
  [502, 'the proxy answers with status 502'],
  ['rubbish', 'the proxy answers with something else than HTTP'],
] as const)('row 18: a proxy that answers CONNECT with %s is named, and not bypassed', async (refuse, reason) => {
  const proxy = await startProxy({ refuse })
  const { server, group } = await startTlsServer()
  expect(await openGroup({ receivers: [{ ...group, proxy: proxy.url }] }).send(1)).toEqual({ kind: 'retry', afterMs: 0, reason })
  expect(server.connections).toBe(0)
})

withOpenssl('row 18: a proxy that never answers CONNECT costs the 3 s of a connection, and is not bypassed', async () => {
  const proxy = await startProxy({ refuse: 'silence' })
  const { server, group } = await startTlsServer()
  expect(await openGroup({ receivers: [{ ...group, proxy: proxy.url }] }).send(1)).toEqual({ kind: 'retry', afterMs: 0, reason: 'no connection within 3000 ms' })
  expect(server.connections).toBe(0)
})

test('row 18: a dead proxy is named, and not bypassed', async () => {
  const proxy = await closedUrl()
  const server = await startServer()
  const result = await openGroup({ serverUrl: server.url, proxy }).send(1)
  expect(result).toMatchObject({ kind: 'retry', reason: expect.stringContaining(`ECONNREFUSED ${proxy.replace('http://', '')}`) })
  expect(server.connections).toBe(0)
})

test('row 18: a key does not go unencrypted to a proxy that turns out to be public', async () => {
  const lookup: LookupFunction = (_, __, callback) => callback(null, [{ address: '192.0.2.1', family: 4 }])
  const group = openGroup({ serverUrl: 'http://wayside', proxy: 'http://proxy.example:3128' }, { lookup })
  expect(await group.send(1)).toMatchObject({ kind: 'refused_access', reason: expect.stringContaining('proxy.example at 192.0.2.1') })
})

withOpenssl('row 18: what the certificate is checked against is the receiver, not the proxy', async () => {
  const proxy = await startProxy()
  const ca = makeCertificate()
  const server = await startServer('receipt', makeCertificate({ issuer: ca, names: 'DNS:other.example' }))
  const result = await openGroup({ receivers: [{ receivers: [server.url], tls: { ca: ca.cert }, proxy: proxy.url }] }).send(1)
  expect(result).toMatchObject({ kind: 'retry', reason: expect.stringContaining("does not match certificate's altnames") })
  while (proxy.open > 0) await new Promise((resolve) => setImmediate(resolve))
})

withOpenssl('row 18: a receiver at an IPv6 address is asked for with brackets', async () => {
  const proxy = await startProxy()
  const opened = openGroup({ serverUrl: 'https://[::1]:1', proxy: proxy.url })
  expect(await opened.send(1)).toMatchObject({ kind: 'retry', reason: 'the proxy answers with status 502' })
  expect(proxy.asked[0]).toMatchObject({ line: 'CONNECT [::1]:1', headers: { host: '[::1]:1' } })
})

test('row 18: HTTPS_PROXY is honoured and NO_PROXY is too', async () => {
  const proxy = await startProxy({ refuse: 403 })
  const variables = { HTTPS_PROXY: proxy.url }
  const serverUrl = 'https://wayside.example.com'
  const lookup: LookupFunction = (_, __, callback) => callback(new Error('looked up'), [])
  expect(await openGroup({ serverUrl }, { variables: { ...variables, NO_PROXY: 'x, .example.com' }, lookup }).send(1)).toMatchObject({ reason: 'looked up' })
  expect(proxy.asked).toEqual([])
  expect(await openGroup({ serverUrl }, { variables }).send(1)).toMatchObject({ reason: 'the proxy answers with status 403' })
  expect(proxy.asked[0]?.line).toBe('CONNECT wayside.example.com:443')
})
