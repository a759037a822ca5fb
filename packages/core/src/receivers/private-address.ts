import { isIP } from 'node:net'
import { parseTrustedProxies } from '../client-ip.ts'

const LOOPBACK = ['127.0.0.0/8', '::1']
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', 'fc00::/7', 'fe80::/10']

const inLoopback = parseTrustedProxies(LOOPBACK)
const inPrivate = parseTrustedProxies([...LOOPBACK, ...PRIVATE])

/** An address of this machine or of a network that the internet does not route to. IPv4 mapped into IPv6 counts as IPv4. */
export function isPrivateAddress(address: string): boolean {
  return inPrivate?.(address) ?? false
}

/** A host that is this machine by definition. IPv6 without brackets, here and below. */
export function isLoopbackHost(host: string): boolean {
  return isIP(host) === 0 ? /(^|\.)localhost\.?$/.test(host) : (inLoopback?.(host) ?? false)
}

/** A private address, or a name that only a private resolver knows: one label, `.local`, `.internal`. */
export function isPrivateHost(host: string): boolean {
  if (isIP(host) !== 0) return isPrivateAddress(host)
  return !host.includes('.') || /\.(localhost|local|internal)$/.test(host)
}
