import { isIP } from 'node:net'
import { parseTrustedProxies } from '../client-ip.ts'
import { isLoopbackHost } from './private-address.ts'
import { hostOf, portOf } from './url-address.ts'

/** What the environment says about proxies, as `curl` reads it. */
export interface ProxyVariables {
  /** `https_proxy`, else `HTTPS_PROXY`: for `https:` addresses. */
  readonly httpsProxy: string | undefined
  /** `http_proxy`, else `HTTP_PROXY`: for `http:` addresses. */
  readonly httpProxy: string | undefined
  /** `no_proxy`, else `NO_PROXY`. */
  readonly noProxy: string | undefined
}

/** The proxy that the environment names for an address, with the variable's name; loopback never takes one. */
export function environmentProxy(url: URL, variables: ProxyVariables): { readonly variable: string; readonly value: string } | null {
  const https = url.protocol === 'https:'
  const value = https ? variables.httpsProxy : variables.httpProxy
  if (value === undefined || isLoopbackHost(hostOf(url)) || isExempt(url, variables.noProxy ?? '')) return null
  return { variable: https ? 'HTTPS_PROXY' : 'HTTP_PROXY', value }
}

/**
 * Whether a `NO_PROXY` list names the address. An entry is `*`, a name with all names below it, an address or a network
 * such as `10.0.0.0/8`; a name or an address may have a port.
 */
function isExempt(url: URL, list: string): boolean {
  const host = hostOf(url).replace(/\.$/, '')
  const port = String(portOf(url))
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, name = '', entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry.includes('::') && !entry.startsWith('[') ? `[${entry}]` : entry) ?? []
      return name !== '' && (entryPort === undefined || entryPort === port) && namesHost(name.replace(/^\[|\]$/g, ''), host)
    })
}

function namesHost(name: string, host: string): boolean {
  if (name === '*') return true
  if (isIP(host) !== 0) return parseTrustedProxies([name])?.(host) ?? false
  const suffix = name.replace(/^\*?\./, '').replace(/\.$/, '')
  return host === suffix || host.endsWith(`.${suffix}`)
}
