import { isIP } from 'node:net'
import { WaysideOptionError, describeValue } from '../option-error.ts'
import { environmentProxy, type ProxyVariables } from './environment-proxy.ts'
import { parseNotation } from './parse-notation.ts'
import { parseProxy } from './parse-proxy.ts'
import { parseReceiverUrl } from './parse-receiver-url.ts'
import { parseTls } from './parse-tls.ts'
import { isPrivateAddress, isPrivateHost } from './private-address.ts'
import type { Proxy, Receiver, ReceiverGroup, Strategy } from './receiver.ts'
import type { ReceiverGroupOptions, ReceiverOptions, ReceiverTls } from './receiver-options.ts'
import { hostOf } from './url-address.ts'

/** Where events go, as the host or the environment says it. */
export interface ReceiverSettings {
  /** What `value` is called in errors, such as `WAYSIDE_RECEIVERS`. */
  readonly name: string
  /** Text in one of the notations, or a list of groups. */
  readonly value: string | readonly ReceiverGroupOptions[]
  /** For receivers that name no key; `null` when there is none. */
  readonly apiKey: string | null
  readonly parseApiKey: (name: string, value: unknown) => string
  readonly proxy: string | false | undefined
  readonly proxyVariables: ProxyVariables
  readonly allowCleartext: boolean
  /** `false` leaves Node's own CAs unread. */
  readonly enabled: boolean
}

const MAX_GROUPS = 8
const MAX_RECEIVERS = 16

/**
 * Makes groups of what is written, and refuses what contradicts itself.
 * @throws WaysideOptionError with the value seen and what to write instead.
 */
export function parseReceivers(settings: ReceiverSettings): readonly [ReceiverGroup, ...ReceiverGroup[]] {
  const { name, value } = settings
  const groups = typeof value === 'string' ? readText(name, value) : value
  const problem = `must be addresses such as "https://a | https://b", or a list of 1 to ${MAX_GROUPS} groups such as [{ receivers: ["https://a"] }]`
  if (!Array.isArray(groups) || groups.length > MAX_GROUPS) throw new WaysideOptionError(name, `${problem}; got ${describeValue(value)}`)
  const [first, ...others] = groups.map((group, at) => parseGroup(`${name}[${at}]`, group, settings))
  if (first === undefined) throw new WaysideOptionError(name, `${problem}; got an empty list`)
  refuseDuplicates(name, [first, ...others])
  return [first, ...others]
}

/**
 * Makes one group of one receiver.
 * @throws WaysideOptionError
 */
export function parseServerUrl(name: string, url: string, settings: Omit<ReceiverSettings, 'name' | 'value'>): ReceiverGroup {
  return { strategy: 'failover', receivers: [parseReceiver(name, url, { receivers: [] }, 'failover', settings)] }
}

function readText(name: string, text: string): readonly ReceiverGroupOptions[] {
  const groups = parseNotation(text)
  if (typeof groups !== 'string') return groups.map(({ strategy, addresses }) => ({ strategy, receivers: addresses }))
  throw new WaysideOptionError(name, `${groups}; got "${text.replaceAll(/\/\/[^/\s]*@/g, '//***@').slice(0, 200)}"`)
}

const GROUP_MEMBERS: Readonly<Record<keyof ReceiverGroupOptions, true>> = { strategy: true, receivers: true, apiKey: true, tls: true, proxy: true }

function parseGroup(name: string, value: ReceiverGroupOptions, settings: ReceiverSettings): ReceiverGroup {
  checkMembers(name, value, GROUP_MEMBERS)
  const strategy = parseStrategy(`${name}.strategy`, value.strategy)
  const { receivers } = value
  if (!Array.isArray(receivers) || receivers.length > MAX_RECEIVERS)
    throw new WaysideOptionError(`${name}.receivers`, `must be a list of 1 to ${MAX_RECEIVERS} addresses; got ${describeValue(receivers)}`)
  const [first, ...others] = receivers.map((receiver, at) => parseReceiver(`${name}.receivers[${at}]`, receiver, value, strategy, settings))
  if (first === undefined) throw new WaysideOptionError(`${name}.receivers`, 'is empty; name a receiver or leave the group out')
  return { strategy, receivers: [first, ...others] }
}

function parseStrategy(name: string, value: unknown): Strategy {
  if (value === undefined) return 'failover'
  if (value === 'failover' || value === 'loadbalance') return value
  throw new WaysideOptionError(name, `must be "failover" or "loadbalance", got ${describeValue(value)}`)
}

const RECEIVER_MEMBERS: Readonly<Record<keyof ReceiverOptions, true>> = { url: true, apiKey: true, weight: true, tls: true }

function parseReceiver(
  name: string,
  value: string | ReceiverOptions,
  group: ReceiverGroupOptions,
  strategy: Strategy,
  settings: Omit<ReceiverSettings, 'name' | 'value'>,
): Receiver {
  const given = typeof value === 'string' ? { url: value } : value
  checkMembers(name, given, RECEIVER_MEMBERS)
  const url = parseReceiverUrl(typeof value === 'string' ? name : `${name}.url`, given.url)
  const proxy = chooseProxy(name, url, group.proxy ?? settings.proxy, settings.proxyVariables)
  if (!settings.allowCleartext) refuseCleartext(name, url, proxy)
  return {
    url,
    apiKey: settings.parseApiKey(`${name}.apiKey`, given.apiKey ?? group.apiKey ?? settings.apiKey ?? undefined),
    weight: parseWeight(`${name}.weight`, given.weight, strategy),
    secureContext: chooseTls(name, url, given.tls, group.tls, settings.enabled),
    proxy,
    allowCleartext: settings.allowCleartext,
  }
}

function parseWeight(name: string, value: unknown, strategy: Strategy): number {
  if (value === undefined) return 1
  if (strategy === 'failover')
    throw new WaysideOptionError(name, 'has no meaning in a failover group, which asks its receivers in order; leave it out or set strategy: "loadbalance"')
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 1_000) return value
  throw new WaysideOptionError(name, `must be a whole number from 1 to 1000, got ${describeValue(value)}`)
}

function chooseTls(name: string, url: URL, own: ReceiverTls | undefined, ofGroup: ReceiverTls | undefined, enabled: boolean): Receiver['secureContext'] {
  const tls = own ?? ofGroup
  if (url.protocol === 'https:') return tls === undefined && !enabled ? null : parseTls(`${name}.tls`, tls)
  if (own !== undefined) throw new WaysideOptionError(`${name}.tls`, `contradicts the address ${url.href}; write https:`)
  return null
}

function chooseProxy(name: string, url: URL, given: string | false | undefined, variables: ProxyVariables): Proxy | null {
  if (given === false) return null
  if (given !== undefined) return parseProxy(`${name}.proxy`, given)
  const found = environmentProxy(url, variables)
  return found === null ? null : parseProxy(`${found.variable} (proxy of ${url.host})`, found.value)
}

/** What is known already: addresses as written, and that nobody here sees what a name stands for behind a proxy. */
function refuseCleartext(name: string, url: URL, proxy: Proxy | null): void {
  if (url.protocol === 'https:') return
  const hosts = [url, ...(proxy === null ? [] : [proxy.url])].map(hostOf)
  const isOpen = hosts.some((host) => isIP(host) !== 0 && !isPrivateAddress(host)) || (proxy !== null && !isPrivateHost(hostOf(url)))
  if (!isOpen) return
  throw new WaysideOptionError(
    name,
    `would send the key unencrypted over a public network to ${url.href}; write https:, or set allowCleartext: true (WAYSIDE_ALLOW_CLEARTEXT)`,
  )
}

/** One address twice in a group stands in for itself; twice with one key counts every event twice. */
function refuseDuplicates(name: string, groups: readonly ReceiverGroup[]): void {
  const seen = new Map<string, string>()
  for (const [groupAt, { receivers }] of groups.entries())
    for (const { url, apiKey } of receivers) {
      const address = url.href.replace(/\/+$/, '')
      const place = `${name}[${groupAt}]`
      for (const mark of [`${place} ${address}`, `${apiKey} ${address}`]) {
        const before = seen.get(mark)
        if (before !== undefined)
          throw new WaysideOptionError(name, `names ${address} twice, in ${before}${before === place ? '' : ` and ${place}`}; leave one out`)
      }
      seen.set(`${place} ${address}`, place).set(`${apiKey} ${address}`, place)
    }
}

function checkMembers(name: string, value: object, members: Readonly<Record<string, true>>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new WaysideOptionError(name, `must be an object, got ${describeValue(value)}`)
  for (const member of Object.keys(value))
    if (!Object.hasOwn(members, member))
      throw new WaysideOptionError(`${name}.${member}`, `is not a setting; there are ${Object.keys(members).join(', ')}`)
}
