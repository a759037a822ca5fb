import { connect as connectPlain, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, type SecureContext } from 'node:tls'
import { openTunnel } from './open-tunnel.ts'
import { isPrivateAddress } from './private-address.ts'
import type { Receiver } from './receiver.ts'
import { hostOf, portOf } from './url-address.ts'

/**
 * Opens a socket on which a receiver reads HTTP: over its proxy where there is one, and never past it. Each call looks
 * the name up anew. The socket does not keep the process alive.
 * @throws what stood in the way, the signal's reason among it; nothing is left open then.
 */
export async function openSocket(receiver: Receiver, lookup: LookupFunction, signal: AbortSignal): Promise<Socket> {
  const { url, proxy, secureContext, allowCleartext } = receiver
  const isPlain = url.protocol === 'http:'
  const guarded = isPlain && !allowCleartext ? privateLookup(lookup) : lookup
  if (proxy === null) return await ready(dial(url, secureContext, guarded), signal)
  const socket = await ready(dial(proxy.url, null, guarded), signal)
  if (isPlain) return socket
  await openTunnel(socket, url, proxy.authorization, signal)
  return await ready(connectTls({ socket, ...tlsOptions(url, secureContext) }), signal)
}

function dial(url: URL, secureContext: SecureContext | null, lookup: LookupFunction): Socket {
  const https = url.protocol === 'https:'
  const address = { host: hostOf(url), port: portOf(url), lookup }
  return https ? connectTls({ ...address, ...tlsOptions(url, secureContext) }) : connectPlain(address)
}

function tlsOptions(url: URL, secureContext: SecureContext | null) {
  const host = hostOf(url)
  return {
    host,
    // An address is checked against the certificate's addresses; TLS sends names only.
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.2',
    // Not to be turned off for a whole process by NODE_TLS_REJECT_UNAUTHORIZED: the key would go to anyone.
    rejectUnauthorized: true,
    ...(secureContext !== null && { secureContext }),
  } as const
}

/**
 * Resolves when the socket can be written to. undici refs a socket while a request is under way, which would hold the
 * process until the answer or its timeout.
 */
function ready<Opening extends Socket>(socket: Opening, signal: AbortSignal): Promise<Opening> {
  socket.unref()
  socket.ref = () => socket
  socket.setNoDelay(true)
  // An error after this, in a socket that was given up, must not be thrown into the host.
  socket.on('error', () => undefined)
  return new Promise((resolve, reject) => {
    const settle = (error: unknown) => {
      socket.off('connect', connected).off('secureConnect', secured).off('error', settle).off('close', closed)
      signal.removeEventListener('abort', aborted)
      if (error === null) return resolve(socket)
      socket.destroy()
      reject(error)
    }
    const secured = () => settle(null)
    const connected = () => void ('encrypted' in socket || settle(null))
    const closed = () => settle(new Error('the connection was closed before it was open'))
    const aborted = () => settle(signal.reason)
    socket.on('connect', connected).on('secureConnect', secured).on('error', settle).on('close', closed)
    if (signal.aborted) aborted()
    else signal.addEventListener('abort', aborted)
  })
}

/** A receiver that is named by `http:` is on a public network. */
export class CleartextRefusal extends Error {
  readonly code = 'WAYSIDE_CLEARTEXT_REFUSED'

  constructor(host: string, address: string) {
    super(`the key would go unencrypted to ${host} at ${address}, which is no private address: write https:, or set allowCleartext: true (WAYSIDE_ALLOW_CLEARTEXT)`)
  }
}

/** A name says nothing about where its address is; whoever answers for it, the key must not cross a public network. */
function privateLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, options, (error, found, family) => {
      const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address)
      const foreign = addresses.find((address) => !isPrivateAddress(address))
      if (error !== null || foreign === undefined) callback(error, found, family)
      else callback(new CleartextRefusal(hostname, foreign), [])
    })
}
