import { LIMITS, boundText } from '@wayside/protocol'
import type { Environment } from './config.ts'
import { parseTrustedProxies } from './client-ip.ts'
import { WaysideOptionError, describeValue } from './option-error.ts'
import { parseSpool } from './parse-spool.ts'
import { parseReceivers, parseServerUrl } from './receivers/parse-receivers.ts'
import { DEFAULTS, MAPPER_NAMES, type IgnoreRule, type Mappers, type Options, type ResolvedOptions } from './options.ts'

/**
 * Checks the host's options, fills in the environment and the defaults.
 * @throws WaysideOptionError for an unknown name or a value that cannot be used.
 */
export function parseOptions<Source>(
  apiKey: string | undefined,
  options: Options<Source> | undefined,
  environment: Environment,
): ResolvedOptions<Source> {
  const given = options ?? {}
  if (typeof given !== 'object') throw new WaysideOptionError('options', `must be an object, got ${describeValue(given)}`)
  refuseUnknownNames(given)
  const enabled = parseSwitch('enabled', given.enabled, 'WAYSIDE_ENABLED', environment.enabled)
  const key = apiKey ?? given.apiKey ?? environment.apiKey ?? null
  const receiverGroups = parseReceiverGroups(given, environment, key, enabled)
  return {
    apiKey: key === null ? receiverGroups[0].receivers[0].apiKey : parseApiKey('apiKey', key, enabled),
    receiverGroups,
    addressGiven: (given.receivers ?? given.serverUrl ?? environment.receivers ?? environment.serverUrl) !== undefined,
    enabled,
    environment: parseLabel('environment', given.environment ?? environment.environment),
    service: parseLabel('service', given.service ?? environment.service),
    serviceVersion: parseLabel('serviceVersion', given.serviceVersion ?? environment.serviceVersion),
    instance: parseLabel('instance', given.instance ?? environment.instance),
    privacyLevel: parsePrivacyLevel(given.privacyLevel ?? DEFAULTS.privacyLevel),
    trustProxy: parseTrustProxy(given.trustProxy ?? DEFAULTS.trustProxy),
    ignore: parseIgnore(given.ignore ?? DEFAULTS.ignore),
    mappers: parseMappers(given),
    errorMessages: parseBoolean('errorMessages', given.errorMessages ?? DEFAULTS.errorMessages),
    flushIntervalMs: parseWhole('flushIntervalMs', given.flushIntervalMs ?? DEFAULTS.flushIntervalMs, 100, 600_000),
    batchEvents: parseWhole('batchEvents', given.batchEvents ?? DEFAULTS.batchEvents, 1, LIMITS.batchEvents),
    maxQueueEvents: parseWhole('maxQueueEvents', given.maxQueueEvents ?? DEFAULTS.maxQueueEvents, 1, 100_000),
    maxQueueBytes: parseWhole('maxQueueBytes', given.maxQueueBytes ?? DEFAULTS.maxQueueBytes, 65_536, 134_217_728),
    spool: parseSpool(given.spool, environment),
    flushOnSignals: parseBoolean('flushOnSignals', given.flushOnSignals ?? DEFAULTS.flushOnSignals),
    requestTimeoutMs: parseWhole('requestTimeoutMs', given.requestTimeoutMs ?? DEFAULTS.requestTimeoutMs, 100, 120_000),
    onError: parseFunction('onError', given.onError),
  }
}

/** Every option's name; the compiler refuses this table when it lacks one or has one too many. */
const OPTION_NAMES: Readonly<Record<keyof Options, true>> = {
  apiKey: true,
  serverUrl: true,
  receivers: true,
  proxy: true,
  allowCleartext: true,
  enabled: true,
  environment: true,
  service: true,
  serviceVersion: true,
  instance: true,
  privacyLevel: true,
  trustProxy: true,
  ignore: true,
  getUserId: true,
  getIpAddress: true,
  getUserAgent: true,
  getPath: true,
  getHostname: true,
  getApiKey: true,
  getOAuthClientId: true,
  getTags: true,
  errorMessages: true,
  flushIntervalMs: true,
  batchEvents: true,
  maxQueueEvents: true,
  maxQueueBytes: true,
  spool: true,
  flushOnSignals: true,
  requestTimeoutMs: true,
  onError: true,
}

function refuseUnknownNames(given: object): void {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(OPTION_NAMES, name)) continue
    const near = nearestName(name)
    throw new WaysideOptionError(name, `is not an option${near === null ? '' : `; did you mean ${near}?`}`)
  }
}

/** The option whose name differs in at most three letters, capitals aside. */
function nearestName(name: string): string | null {
  let best: { name: string | null; distance: number } = { name: null, distance: 4 }
  for (const known of Object.keys(OPTION_NAMES)) {
    const distance = editDistance(name.slice(0, 40).toLowerCase(), known.toLowerCase())
    if (distance < best.distance) best = { name: known, distance }
  }
  return best.name
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++)
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === b[j] ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? 0
}

function parseSwitch(name: 'enabled' | 'allowCleartext', value: unknown, variableName: string, variable: string | undefined): boolean {
  if (value !== undefined) return parseBoolean(name, value)
  if (variable === undefined) return DEFAULTS[name]
  const text = variable.toLowerCase()
  if (['true', '1', 'yes', 'on'].includes(text)) return true
  if (['false', '0', 'no', 'off'].includes(text)) return false
  throw new WaysideOptionError(name, `must be true or false in ${variableName}, got ${describeValue(variable)}`)
}

/** What is set in code wins over the environment; two ways to say it in one place contradict each other. */
function parseReceiverGroups(
  given: Pick<Options, 'receivers' | 'serverUrl' | 'proxy' | 'allowCleartext'>,
  environment: Environment,
  apiKey: string | null,
  enabled: boolean,
): ResolvedOptions<unknown>['receiverGroups'] {
  const settings = {
    apiKey,
    parseApiKey: (name: string, value: unknown) => parseApiKey(value === apiKey ? 'apiKey' : name, value, enabled),
    proxy: given.proxy,
    proxyVariables: environment,
    allowCleartext: parseSwitch('allowCleartext', given.allowCleartext, 'WAYSIDE_ALLOW_CLEARTEXT', environment.allowCleartext),
    enabled,
  }
  if (given.receivers !== undefined && given.serverUrl !== undefined)
    throw new WaysideOptionError('receivers', `and serverUrl contradict each other; name ${describeValue(given.serverUrl)} as one of the receivers`)
  if (given.receivers !== undefined) return parseReceivers({ ...settings, name: 'receivers', value: given.receivers })
  if (given.serverUrl !== undefined) return [parseServerUrl('serverUrl', given.serverUrl, settings)]
  if (environment.receivers !== undefined && environment.serverUrl !== undefined)
    throw new WaysideOptionError('receivers', `in WAYSIDE_RECEIVERS and WAYSIDE_URL contradict each other; name ${describeValue(environment.serverUrl)} as one of the receivers`)
  if (environment.receivers !== undefined) return parseReceivers({ ...settings, name: 'receivers in WAYSIDE_RECEIVERS', value: environment.receivers })
  return [parseServerUrl('serverUrl', environment.serverUrl ?? DEFAULTS.serverUrl, settings)]
}

function parseApiKey(name: string, value: unknown, enabled: boolean): string {
  if (value === undefined && !enabled) return ''
  if (value === undefined)
    throw new WaysideOptionError(
      'apiKey',
      'is missing; pass the project\'s key or set WAYSIDE_API_KEY, or set enabled: false to run without analytics',
    )
  // The key travels in a header and must not be able to end it. It is a secret: never printed.
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,256}$/.test(value))
    throw new WaysideOptionError(
      name,
      `must be a text of 1 to 256 visible ASCII characters without spaces, got a value of type ${typeof value}` +
        (typeof value === 'string' ? ` with ${value.length} characters` : ''),
    )
  return value
}

function parseLabel(name: string, value: unknown): string | null {
  if (value === undefined || value === '') return null
  if (typeof value !== 'string') throw new WaysideOptionError(name, `must be a text, got ${describeValue(value)}`)
  return boundText(value, LIMITS.labelLength)
}

function parsePrivacyLevel(value: unknown): 0 | 1 | 2 {
  if (value === 0 || value === 1 || value === 2) return value
  throw new WaysideOptionError('privacyLevel', `must be 0, 1 or 2, got ${describeValue(value)}`)
}

function parseTrustProxy(value: unknown): false | number | readonly string[] {
  if (value === false) return false
  if (typeof value === 'number') return parseWhole('trustProxy', value, 1, 32)
  const problem = 'must be false, the number of proxies (1 to 32), or a list of addresses and networks such as ["10.0.0.0/8"]'
  if (!Array.isArray(value)) throw new WaysideOptionError('trustProxy', `${problem}; got ${describeValue(value)}`)
  const list = value.map((entry: unknown) => {
    if (typeof entry !== 'string' || parseTrustedProxies([entry]) === null)
      throw new WaysideOptionError('trustProxy', `${problem}; its entry is ${describeValue(entry)}`)
    return entry
  })
  return Object.freeze(list)
}

function parseIgnore<Source>(value: unknown): readonly IgnoreRule<Source>[] {
  const problem = 'must be a list of at most 100 paths, such as "/health" or "/internal/*", and functions'
  if (!Array.isArray(value) || value.length > 100) throw new WaysideOptionError('ignore', `${problem}; got ${describeValue(value)}`)
  for (const rule of value)
    if (typeof rule !== 'function' && (typeof rule !== 'string' || rule === ''))
      throw new WaysideOptionError('ignore', `${problem}; its entry is ${describeValue(rule)}`)
  return Object.freeze([...value])
}

function parseMappers<Source>(given: Options<Source>): Mappers<Source> {
  for (const name of MAPPER_NAMES) parseFunction(name, given[name])
  return {
    getUserId: given.getUserId ?? null,
    getIpAddress: given.getIpAddress ?? null,
    getUserAgent: given.getUserAgent ?? null,
    getPath: given.getPath ?? null,
    getHostname: given.getHostname ?? null,
    getApiKey: given.getApiKey ?? null,
    getOAuthClientId: given.getOAuthClientId ?? null,
    getTags: given.getTags ?? null,
  }
}

function parseFunction<Given>(name: string, value: Given | undefined): Given | null {
  if (value === undefined) return null
  if (typeof value !== 'function') throw new WaysideOptionError(name, `must be a function, got ${describeValue(value)}`)
  return value
}

function parseBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new WaysideOptionError(name, `must be true or false, got ${describeValue(value)}`)
}

function parseWhole(name: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value
  throw new WaysideOptionError(name, `must be a whole number from ${min} to ${max}, got ${describeValue(value)}`)
}
