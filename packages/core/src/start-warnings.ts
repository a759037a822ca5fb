import { isIP } from 'node:net'
import { parseTrustedProxies } from './client-ip.ts'

/** What the operator should know at start, each as one sentence. */
export function startWarnings(serverUrl: URL, urlWasGiven: boolean, production: boolean): readonly string[] {
  const warnings: string[] = []
  if (production && !urlWasGiven)
    warnings.push(`Wayside sends to ${serverUrl.href} because neither serverUrl nor WAYSIDE_URL is set.`)
  if (serverUrl.protocol === 'http:' && !isPrivateHost(serverUrl.hostname))
    warnings.push(`Wayside sends its key and its events unencrypted to ${serverUrl.host}; use an https: serverUrl.`)
  return warnings
}

const PRIVATE_NETWORKS = ['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '::1', 'fc00::/7', 'fe80::/10']

/** Loopback, private networks, and names that only a private resolver knows: one label, `.local`, `.internal`. */
function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) return parseTrustedProxies(PRIVATE_NETWORKS)?.(host) ?? false
  return !host.includes('.') || /\.(localhost|local|internal)$/.test(host)
}
