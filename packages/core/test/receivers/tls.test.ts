import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { hasOpenssl, makeCertificate } from '../certificates.ts'
import { ACKED, openGroup } from './group.ts'
import { RECEIPT, startServer } from './server.ts'

const withOpenssl = test.skipIf(!hasOpenssl)

withOpenssl('a receiver whose CA is named gets batches over TLS', async () => {
  const ca = makeCertificate()
  const server = await startServer('receipt', makeCertificate({ issuer: ca }))
  const group = openGroup({ receivers: [{ receivers: [server.url], tls: { ca: ca.cert } }] })
  expect(await group.send(1)).toEqual(ACKED)
  expect(await group.send(2)).toEqual(ACKED)
  expect(server.connections).toBe(1)
})

withOpenssl('a receiver gets the client certificate that it asks for', async () => {
  const ca = makeCertificate()
  const server = await startServer((response, request) => {
    response.end((request.socket as TLSSocket).authorized ? RECEIPT : '')
  }, { ...makeCertificate({ issuer: ca }), ca: ca.cert, requestCert: true, rejectUnauthorized: true })
  const tls = { ca: ca.cert, ...makeCertificate({ issuer: ca, names: 'DNS:app', passphrase: 'secret' }), passphrase: 'secret' }
  expect(await openGroup({ receivers: [{ receivers: [{ url: server.url, tls }] }] }).send(1)).toEqual(ACKED)
})

withOpenssl.each(['TLSv1.2', 'TLSv1.3'] as const)('row 17: a receiver that wants a client certificate and gets none has taken nothing (%s)', async (maxVersion) => {
  const ca = makeCertificate()
  const server = await startServer('receipt', { ...makeCertificate({ issuer: ca }), ca: ca.cert, requestCert: true, rejectUnauthorized: true, maxVersion })
  const standby = await startServer()
  const group = openGroup({ receivers: [{ receivers: [{ url: server.url, tls: { ca: ca.cert } }, standby.url] }] })
  expect(await group.send(1)).toEqual(ACKED)
  expect(standby.stored).toEqual(['producer:1:1'])
  expect(group.troubles).toEqual([expect.stringContaining('does not accept our client certificate: see tls.cert')])
})

const CASES: readonly (readonly [fault: string, serve: () => { readonly server: object; readonly ca: string | undefined }, reason: string])[] = [
  ['an expired certificate', () => issued({ expired: true }), "the receiver's certificate has expired (CERT_HAS_EXPIRED)"],
  ['a certificate for another host', () => issued({ names: 'DNS:other.example' }), "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: "],
  ['a self-signed certificate', () => ({ server: makeCertificate(), ca: undefined }), "the receiver's certificate is self-signed: name its CA in tls.ca (DEPTH_ZERO_SELF_SIGNED_CERT)"],
  ['an unknown CA', () => ({ ...issued({}), ca: undefined }), "the CA of the receiver's certificate is unknown: name it in tls.ca (UNABLE_TO_VERIFY_LEAF_SIGNATURE)"],
  ['TLS 1.0', () => old(), 'the receiver speaks no TLS from 1.2 on (ERR_SSL_'],
]

function issued(options: Parameters<typeof makeCertificate>[0]) {
  const ca = makeCertificate()
  return { server: makeCertificate({ issuer: ca, ...options }), ca: ca.cert }
}

/** Without a security level of 0 OpenSSL itself refuses to speak TLS 1.0. */
function old() {
  const { server, ca } = issued({})
  return { server: { ...server, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' }, ca }
}

withOpenssl.each(CASES)('row 17: %s is refused, with its reason, and nothing is sent', async (_, serve, reason) => {
  const { server: tls, ca } = serve()
  const server = await startServer('receipt', tls)
  const group = openGroup({ receivers: [{ receivers: [server.url], ...(ca !== undefined && { tls: { ca } }) }] })
  const result = await group.send(1)
  expect(result).toMatchObject({ kind: 'retry', afterMs: 0, reason: expect.stringContaining(reason) })
  expect(server.requests).toEqual([])
})

withOpenssl('row 17: a batch that TLS has kept back goes to the next receiver at once', async () => {
  const server = await startServer('receipt', makeCertificate({ expired: true }))
  const standby = await startServer()
  expect(await openGroup({ receivers: `${server.url} | ${standby.url}` }).send(1)).toEqual(ACKED)
  expect(standby.requests[0]?.headers['x-wayside-ambiguous']).toBeUndefined()
})

test('row 17: a receiver without TLS at an https: address is named as such', async () => {
  const server = await startServer()
  const result = await openGroup({ serverUrl: server.url.replace('http:', 'https:') }).send(1)
  expect(result).toMatchObject({ kind: 'retry', reason: expect.stringMatching(/answers without TLS: compare https: with the port/) })
})

withOpenssl('row 17: NODE_TLS_REJECT_UNAUTHORIZED=0 does not hand the key to anyone', async () => {
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
  try {
    const server = await startServer('receipt', makeCertificate())
    expect(await openGroup({ serverUrl: server.url }).send(1)).toMatchObject({ kind: 'retry', reason: expect.stringContaining('self-signed') })
  } finally {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
  }
})
