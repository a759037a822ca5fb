import { EMPTY_BOOKS, encodeBatch, type ApiEvent } from '@wayside/protocol'
import { createRandom } from './random.ts'

export interface DemoOptions {
  /** Milliseconds since 1970; the events end there. */
  readonly now: number
  readonly days: number
  readonly count: number
  readonly seed?: number
}

/** Requests to a shop's API as they might have been, the same for the same seed and time: busy days, quiet nights, one incident. */
export function toDemoEvents({ now, days, count, seed = 1 }: DemoOptions): readonly ApiEvent[] {
  const random = createRandom(seed)
  const spanMs = days * DAY_MS
  const events: ApiEvent[] = []
  while (events.length < count) {
    // The nearer to now, the denser, so that an hour has its requests too.
    const time = Math.floor(now - 1_000 - spanMs * random() ** 2)
    const hour = (time % DAY_MS) / HOUR_MS
    if (random() > 0.4 + 0.6 * Math.sin((hour / 24) * Math.PI)) continue
    events.push(toEvent(time, now, random))
  }
  return events.toSorted((a, b) => a.time - b.time)
}

/**
 * Sends events as an SDK does: one producer for each version of the service, the newer one from six hours before `now`.
 * @param producers - a hexadecimal digit for each of the two
 */
export async function sendDemoEvents(serverUrl: string, key: string, events: readonly ApiEvent[], now: number, producers = '12'): Promise<void> {
  const split = now - 6 * HOUR_MS
  const [older = '1', newer = older] = producers
  await sendAs(serverUrl, key, older, '2.3.0', events.filter(({ time }) => time < split))
  await sendAs(serverUrl, key, newer, '2.4.0', events.filter(({ time }) => time >= split))
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const BATCH = 2_000

async function sendAs(serverUrl: string, key: string, producer: string, serviceVersion: string, events: readonly ApiEvent[]): Promise<void> {
  const numbered = events.map((event, at) => ({ ...event, seq: at }))
  for (let at = 0; at < numbered.length; at += BATCH) {
    const batch = numbered.slice(at, at + BATCH)
    const head = {
      producerId: producer.repeat(32),
      privacyLevel: 0,
      sdk: '@wayside/express/1.0.0',
      framework: 'express',
      environment: 'production',
      service: 'orders',
      serviceVersion,
      instance: `orders-${producer}`,
      books: { ...EMPTY_BOOKS, captured: at + batch.length },
    } as const
    await post(`${serverUrl}api/v1/events`, key, JSON.stringify(encodeBatch({ head, events: batch, stacks: at === 0 ? STACKS : [], droppedSeqs: [], shed: [] })))
  }
}

/** Sends again what a busy server asks for again, as an SDK does. */
async function post(url: string, key: string, body: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body })
    if (response.ok) return
    if (response.status !== 503 || tries === MAX_TRIES) throw new Error(`the server answered ${response.status}: ${await response.text()}`)
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
  }
}

const MAX_TRIES = 20
const RETRY_MS = 500

type Weighted<Value> = readonly (readonly [weight: number, value: Value])[]

interface Endpoint {
  readonly method: string
  readonly route: string | null
  readonly path: string
  readonly ms: number
  readonly clientErrors: number
  readonly serverErrors: number
  readonly upstream: number
}

const endpoint = (method: string, route: string | null, path: string, ms: number, clientErrors: number, serverErrors = 0, upstream = 0): Endpoint => ({ method, route, path, ms, clientErrors, serverErrors, upstream })

const ENDPOINTS: Weighted<Endpoint> = [
  [24, endpoint('GET', '/v1/products', '/v1/products', 18, 0.002)],
  [20, endpoint('GET', '/v1/products/:id', '/v1/products/42', 9, 0.02)],
  [12, endpoint('POST', '/v1/orders', '/v1/orders', 84, 0.08, 0.012, 0.7)],
  [10, endpoint('GET', '/v1/tenants/:tenant/orders/:id', '/v1/tenants/7/orders/19', 32, 0.014, 0.002, 0.4)],
  [8, endpoint('POST', '/v1/login', '/v1/login', 112, 0.19)],
  [5, endpoint('GET', '/v2/reports/:report', '/v2/reports/sales', 940, 0.03, 0.03, 0.9)],
  [5, endpoint('GET', null, '/.env', 0.6, 1)],
  [3, endpoint('PATCH', '/v1/tenants/:tenant/orders/:id/lines/:line', '/v1/tenants/7/orders/19/lines/2', 47, 0.04)],
  [2, endpoint('GET', '/v2/exports/orders.csv', '/v2/exports/orders.csv', 2_800, 0)],
  [2, endpoint('DELETE', '/v1/sessions/:id', '/v1/sessions/9', 6, 0)],
  [1, endpoint('GET', '/health', '/health', 0.2, 0)],
]

const CONSUMERS: Weighted<Pick<ApiEvent, 'userId' | 'apiKeyHash' | 'oauthClientId'>> = [
  [30, { userId: 'northwind-shop', apiKeyHash: null, oauthClientId: null }],
  [20, { userId: 'acme-mobile', apiKeyHash: null, oauthClientId: null }],
  [14, { userId: null, apiKeyHash: '9f2c41d07be84a6f93e1c55d20aa7781', oauthClientId: null }],
  [9, { userId: null, apiKeyHash: null, oauthClientId: 'warehouse-sync' }],
  [7, { userId: 'billing@contoso.example', apiKeyHash: null, oauthClientId: null }],
  [4, { userId: 'fabrikam', apiKeyHash: null, oauthClientId: null }],
  [3, { userId: 'tailspin-toys', apiKeyHash: null, oauthClientId: null }],
  [4, { userId: null, apiKeyHash: null, oauthClientId: null }],
]

/** Addresses of well-known networks, by which the server finds countries. */
const IPS: Weighted<string> = [
  [31, '193.99.144.80'],
  [24, '8.8.8.8'],
  [12, '212.58.244.22'],
  [8, '90.0.0.1'],
  [5, '133.11.0.1'],
  [4, '200.160.2.3'],
  [3, '10.0.0.7'],
]

const AGENTS: Weighted<string | null> = [
  [34, 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'],
  [20, 'axios/1.12.2'],
  [16, 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1'],
  [11, 'python-requests/2.32.5'],
  [8, 'curl/8.10.1'],
  [5, 'Go-http-client/2.0'],
  [2, 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  [2, null],
]

const ERRORS: Weighted<readonly [errorClass: string, errorFingerprint: string, errorMessage: string | null]> = [
  [6, ['PaymentTimeout', 'a91f03c2d4e5b687', 'the payment provider did not answer']],
  [3, ['TypeError', '07bd5510cc1f9a3e', null]],
  [1, ['DatabaseError', 'e55d20aa7781fb40', 'deadlock detected']],
]

/** Where the first of the errors is thrown. */
const STACKS = [{ fingerprint: 'a91f03c2d4e5b687', errorClass: 'PaymentTimeout', frames: ['loadPayment (src/payments.ts:12:9)', 'createOrder (src/orders.ts:40:20)'] }]

function toEvent(time: number, now: number, random: () => number): ApiEvent {
  const { method, route, path, ms, clientErrors, serverErrors, upstream } = choose(ENDPOINTS, random)
  // Three hours ago something broke for forty minutes.
  const isIncident = Math.abs(now - 3 * HOUR_MS - time) < HOUR_MS / 3
  const fails = random() < (isIncident ? serverErrors * 12 + 0.04 : serverErrors)
  const refuses = !fails && random() < clientErrors
  const aborts = !fails && !refuses && random() < 0.003
  const status = fails ? (random() < 0.8 ? 500 : 503) : refuses ? (route === null ? 404 : method === 'POST' ? 422 : 404) : aborts ? 499 : random() < 0.06 ? 304 : method === 'POST' ? 201 : 200
  const durationUs = Math.round(ms * 1_000 * (0.4 + random()) * (random() < 0.05 ? 6 : 1) * (isIncident ? 2.5 : 1))
  const [errorClass, errorFingerprint, errorMessage] = fails ? choose(ERRORS, random) : [null, null, null]
  const consumer = choose(CONSUMERS, random)
  return {
    seq: 0,
    time,
    method,
    route,
    path,
    host: random() < 0.9 ? 'api.shop.example' : 'eu.shop.example',
    status,
    outcome: aborts ? 'aborted_mid_body' : 'completed',
    durationUs,
    upstreamUs: upstream === 0 ? null : Math.round(durationUs * upstream * (0.7 + random() * 0.3)),
    upstreamCount: upstream === 0 ? null : 1 + Math.floor(random() * 3),
    requestBytes: method === 'GET' ? 0 : Math.round(200 + random() * 900),
    responseBytes: status === 304 ? 0 : Math.round(300 + random() * 9_000),
    ip: choose(IPS, random),
    userAgent: choose(AGENTS, random),
    ...consumer,
    errorClass,
    errorFingerprint,
    errorMessage,
    tags: { plan: consumer.userId === null ? 'free' : 'pro' },
  }
}

function choose<Value>(options: Weighted<Value>, random: () => number): Value {
  let left = random() * options.reduce((sum, [weight]) => sum + weight, 0)
  for (const [weight, value] of options) {
    left -= weight
    if (left <= 0) return value
  }
  throw new Error('nothing to choose from')
}
