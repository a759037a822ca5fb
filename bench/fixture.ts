import type { ApiEvent } from '../packages/protocol/src/index.ts'
import { createRandom } from '../scripts/random.ts'

/** One request of the fixture with what the app will answer, for load makers and for events. */
export interface RequestDescription {
  readonly method: string
  readonly route: string | null
  readonly path: string
  readonly host: string
  readonly status: number
  readonly durationUs: number
  readonly requestBytes: number
  readonly responseBytes: number
  readonly ip: string
  readonly userAgent: string
  readonly userId: string | null
  readonly upstreamUs: number | null
  readonly upstreamCount: number
  readonly errorClass: string | null
  readonly errorFingerprint: string | null
  /** Milliseconds since the request before. */
  readonly gapMs: number
}

export interface FixtureOptions {
  /** @default 1 */
  readonly seed?: number
  /** Mean requests a second, which sets `gapMs`. @default 500 */
  readonly requestsPerSecond?: number
}

/**
 * Endless realistic traffic of a shop's API, the same for the same seed: 36 endpoints of uneven popularity, 400
 * consumers with a few heavy ones, each with an address and a client of its own, parameters with many values, log-normal
 * durations, 1 % scanner noise without a route, and errors that belong to endpoints.
 */
export function* requests({ seed = 1, requestsPerSecond = 500 }: FixtureOptions = {}): Generator<RequestDescription> {
  const random = createRandom(seed)
  const endpoints = skewed(ENDPOINTS, 0.9)
  const consumers = skewed(makeConsumers(random), 1.1)
  for (;;) {
    const consumer = consumers(random())
    const gapMs = Math.round((-Math.log(1 - random()) * 1_000) / requestsPerSecond)
    yield random() < 0.01 ? scannerRequest(random, gapMs) : apiRequest(endpoints(random()), consumer, random, gapMs)
  }
}

/** The same traffic as events, numbered from 0. Times start at a fixed instant. */
export function* events(options: FixtureOptions = {}): Generator<ApiEvent<0>> {
  let seq = 0
  let time = Date.UTC(2026, 0, 15, 9)
  for (const { gapMs, ...request } of requests(options)) {
    time += gapMs
    yield { seq: seq++, time, outcome: 'completed', apiKeyHash: null, oauthClientId: null, errorMessage: null, tags: null, ...request }
  }
}

/** The first `count` of a generator. */
export function take<Value>(values: Iterator<Value>, count: number): Value[] {
  const taken: Value[] = []
  while (taken.length < count) {
    const next = values.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}

interface Endpoint {
  readonly method: string
  readonly route: string
  /** Median duration in microseconds. */
  readonly medianUs: number
  readonly errors: number
  /** Whether it calls another service. */
  readonly upstream: boolean
}

interface Consumer {
  readonly userId: string | null
  readonly ip: string
  readonly userAgent: string
  readonly host: string
}

const RESOURCES = ['products', 'orders', 'customers', 'invoices', 'carts', 'reviews', 'shipments', 'webhooks']

const ENDPOINTS: readonly Endpoint[] = [
  ...RESOURCES.flatMap((name, at): Endpoint[] => [
    { method: 'GET', route: `/v1/${name}/:id`, medianUs: 2_000 + at * 700, errors: 0.03, upstream: false },
    { method: 'GET', route: `/v1/${name}`, medianUs: 6_000 + at * 1_100, errors: 0.005, upstream: false },
    { method: 'POST', route: `/v1/${name}`, medianUs: 9_000 + at * 1_500, errors: 0.06, upstream: at % 3 === 0 },
    { method: 'PATCH', route: `/v1/${name}/:id`, medianUs: 8_000 + at * 900, errors: 0.04, upstream: false },
  ]),
  { method: 'GET', route: '/v1/tenants/:tenant/orders/:id', medianUs: 4_000, errors: 0.02, upstream: false },
  { method: 'POST', route: '/v1/login', medianUs: 60_000, errors: 0.12, upstream: false },
  { method: 'GET', route: '/v1/reports/:id/export', medianUs: 350_000, errors: 0.01, upstream: true },
  { method: 'GET', route: '/health', medianUs: 300, errors: 0, upstream: false },
]

const HOSTS = ['api.shop.example', 'api.shop.example', 'api.shop.example', 'eu.api.shop.example']

const USER_AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
  'okhttp/4.12.0',
  'python-requests/2.32.3',
  'axios/1.7.9',
  'node',
  'curl/8.10.1',
  'Go-http-client/2.0',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
]

const SCANNED = ['/wp-login.php', '/.env', '/admin/config.php', '/.git/config', '/phpmyadmin/', '/vendor/phpunit/eval-stdin.php']

function makeConsumers(random: () => number): readonly Consumer[] {
  return Array.from({ length: 400 }, (_, at) => ({
    userId: at % 10 === 9 ? null : `acct_${Math.floor(random() * 36 ** 8).toString(36).padStart(8, '0')}`,
    ip: documentationIp(random),
    userAgent: pick(USER_AGENTS, random),
    host: pick(HOSTS, random),
  }))
}

/** From the networks that RFC 5737 and RFC 3849 set aside for documentation, and the benchmark network of RFC 2544. */
function documentationIp(random: () => number): string {
  const byte = () => Math.floor(random() * 256)
  if (random() < 0.15) return `2001:db8:${(byte() * 256 + byte()).toString(16)}::${(1 + byte()).toString(16)}`
  return `198.${random() < 0.5 ? 18 : 19}.${byte()}.${byte()}`
}

function apiRequest(endpoint: Endpoint, consumer: Consumer, random: () => number, gapMs: number): RequestDescription {
  const { method, route } = endpoint
  const failed = random() < endpoint.errors
  const status = failed ? failureStatus(route, method, random) : method === 'POST' && route !== '/v1/login' ? 201 : 200
  const durationUs = Math.round(endpoint.medianUs * Math.exp(0.6 * normal(random)))
  const path = route.replace(':tenant', `t${Math.floor(random() * 40)}`).replace(':id', String(1 + Math.floor(random() ** 3 * 50_000)))
  return {
    ...consumer,
    method,
    route,
    path,
    status,
    durationUs,
    requestBytes: method === 'GET' ? 0 : Math.round(180 * Math.exp(0.5 * normal(random))),
    responseBytes: failed ? 48 : responseBytes(route, random),
    upstreamUs: endpoint.upstream ? Math.round(durationUs * (0.3 + 0.5 * random())) : null,
    upstreamCount: endpoint.upstream ? 1 : 0,
    errorClass: status === 500 ? 'TypeError' : null,
    errorFingerprint: status === 500 ? (route.length * 7_919 * 104_729).toString(16).padStart(16, '0').slice(0, 16) : null,
    gapMs,
  }
}

function failureStatus(route: string, method: string, random: () => number): number {
  if (random() < 0.12) return 500
  if (route === '/v1/login') return 401
  return method === 'GET' ? 404 : 422
}

function responseBytes(route: string, random: () => number): number {
  if (route === '/health') return 15
  if (route.endsWith('/export')) return Math.round(180_000 * Math.exp(0.4 * normal(random)))
  return Math.round((route.endsWith(':id') ? 420 : 6_500) * Math.exp(0.25 * normal(random)))
}

function scannerRequest(random: () => number, gapMs: number): RequestDescription {
  return {
    method: 'GET',
    route: null,
    path: pick(SCANNED, random),
    host: 'api.shop.example',
    status: 404,
    durationUs: Math.round(250 * Math.exp(0.4 * normal(random))),
    requestBytes: 0,
    responseBytes: 22,
    ip: documentationIp(random),
    userAgent: 'Mozilla/5.0 zgrab/0.x',
    userId: null,
    upstreamUs: null,
    upstreamCount: 0,
    errorClass: null,
    errorFingerprint: null,
    gapMs,
  }
}

/** Chooses by Zipf's law with an exponent: the first values are by far the most frequent. */
function skewed<Value>(values: readonly Value[], exponent: number): (random: number) => Value {
  const weights = values.map((_, at) => 1 / (at + 1) ** exponent)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  const bounds = weights.map((weight) => (sum += weight / total))
  return (random) => {
    const at = bounds.findIndex((bound) => random < bound)
    return pickAt(values, at === -1 ? values.length - 1 : at)
  }
}

function pick<Value>(values: readonly Value[], random: () => number): Value {
  return pickAt(values, Math.floor(random() * values.length))
}

function pickAt<Value>(values: readonly Value[], at: number): Value {
  const value = values[at]
  if (value === undefined) throw new RangeError(`no value at ${at} of ${values.length}`)
  return value
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
