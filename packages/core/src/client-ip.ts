import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { normalizeIp } from '@wayside/protocol'
import type { TrustProxy } from './options.ts'

/** Finds the client's address for a request, in its usual form; `null` when the socket has none (a pipe, or already closed). */
export type ClientIpReader = (request: IncomingMessage) => string | null

/**
 * Makes the reader for a `trustProxy` setting. Only proxies that it names are believed: `X-Forwarded-For` is read from
 * the right, where each trusted hop has appended what it saw, up to the first address that is not a trusted one.
 */
export function createClientIpReader(trustProxy: TrustProxy): ClientIpReader {
  if (trustProxy === false) return socketAddress
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

const MAPPED_IPV4 = '::ffff:'

/** Node writes addresses in their usual form already; a server that listens on IPv6 sees IPv4 clients as mapped. */
function socketAddress(request: IncomingMessage): string | null {
  const address = request.socket.remoteAddress
  if (address === undefined || !address.includes(':')) return address ?? null
  if (address.startsWith(MAPPED_IPV4) && address.includes('.')) return address.slice(MAPPED_IPV4.length)
  return address.includes('%') ? normalizeIp(address) : address
}

/** Each entry of a chain costs a parse; a longer chain is the client's own invention. */
const MAX_HOPS = 32

/** The first address, from the socket outwards, that is neither trusted nor among the first `hops`. */
function pastHops(request: IncomingMessage, trusted: (address: string) => boolean, hops: number): string | null {
  let address = socketAddress(request)
  if (address === null) return null
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
