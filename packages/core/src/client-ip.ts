import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { normalizeIp } from '@wayside/protocol'
import type { TrustProxy } from './options.ts'

/** Finds the client's address for a request; `null` when the socket has none (a pipe, or already closed). */
export type ClientIpReader = (request: IncomingMessage) => string | null

/**
 * Makes the reader for a `trustProxy` setting. Only proxies that it names are believed: `X-Forwarded-For` is read from
 * the right, where each trusted hop has appended what it saw, up to the first address that is not a trusted one.
 */
export function createClientIpReader(trustProxy: TrustProxy): ClientIpReader {
  if (trustProxy === false) return (request) => request.socket.remoteAddress ?? null
  if (typeof trustProxy === 'number') return (request) => pastHops(request, () => false, trustProxy)
  const trusted = parseTrustedProxies(trustProxy)
  return (request) => pastHops(request, (address) => trusted?.(address) ?? false, 0)
}

/** A test for "is this address one of these networks"; `null` when an entry is neither an address nor a network. */
export function parseTrustedProxies(entries: readonly string[]): ((address: string) => boolean) | null {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/', 2)
    const version = isIP(address)
    if (version === 0) return null
    const bits = version === 4 ? 32 : 128
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1
    if (length < 0 || length > bits) return null
    list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6')
  }
  return (address) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4')
}

/** Each entry of a chain costs a parse; a longer chain is the client's own invention. */
const MAX_HOPS = 32

/** The first address, from the socket outwards, that is neither trusted nor among the first `hops`. */
function pastHops(request: IncomingMessage, trusted: (address: string) => boolean, hops: number): string | null {
  const socketAddress = request.socket.remoteAddress
  if (socketAddress === undefined) return null
  let address = normalizeIp(socketAddress) ?? socketAddress
  let passed = 0
  const forwarded = request.headers['x-forwarded-for']
  if (forwarded === undefined) return address
  const chain = (typeof forwarded === 'string' ? forwarded : forwarded.join(',')).split(',').slice(-MAX_HOPS)
  for (let at = chain.length - 1; at >= 0 && (passed < hops || trusted(address)); at--) {
    const next = normalizeIp(chain[at] ?? '')
    // What a trusted proxy passed on is no address (`unknown`, an obfuscated name): the last sure one stands.
    if (next === null) break
    address = next
    passed++
  }
  return address
}
