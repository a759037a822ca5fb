import type { ApiEvent, ErrorStack } from '@wayside/protocol'
import { createHash } from 'node:crypto'

/** A made-up day of the API of a city's bicycles: what one process would have sent. */
export interface MadeDay {
  /** 32 hexadecimal digits: another process each day. */
  readonly producerId: string
  readonly serviceVersion: string
  /** In the order of their time and of their `seq`, which begins with 0. */
  readonly events: readonly ApiEvent[]
  /** Where its errors are thrown. */
  readonly stacks: readonly ErrorStack[]
}

export const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** Of a weekday; weekends have fewer. */
const REQUESTS = 900
const WEEKEND_SHARE = 0.55
/** One day of so many has an incident, and so many days lie between two versions. */
const INCIDENT_DAYS = 6
const VERSION_DAYS = 4
const INCIDENT = { from: 14 * HOUR_MS, to: 15.5 * HOUR_MS, slowness: 4, failures: 0.4 }

/** The same for the same day on every server: a function of the day alone. @param day - days since 1970-01-01, UTC */
export function toMadeDay(day: number): MadeDay {
  const digest = createHash('sha256').update(`wayside demo ${day}`).digest()
  const random = createRandom(digest.readInt32LE())
  const isWeekend = [0, 6].includes(new Date(day * DAY_MS).getUTCDay())
  const count = Math.round(REQUESTS * (isWeekend ? WEEKEND_SHARE : 1) * (0.9 + random() * 0.2))
  const times: number[] = []
  while (times.length < count) {
    const offset = Math.floor(random() * DAY_MS)
    // Quiet nights, and most of all at five in the afternoon.
    if (random() < 0.15 + 0.85 * Math.max(0, Math.sin(((offset / HOUR_MS - 6) / 22) * Math.PI)) ** 1.5) times.push(day * DAY_MS + offset)
  }
  const hasIncident = day % INCIDENT_DAYS === 2
  const events = times
    .toSorted((a, b) => a - b)
    .map((time, seq) => toEvent(seq, time, hasIncident && time % DAY_MS >= INCIDENT.from && time % DAY_MS < INCIDENT.to, random))
  return { producerId: digest.toString('hex').slice(0, 32), serviceVersion: `3.${Math.floor(day / VERSION_DAYS) % 100}.0`, events, stacks: [{ ...THROWN, frames: ['unlock (src/locks.ts:31:11)', 'startRide (src/rides.ts:58:24)'] }] }
}

interface Endpoint {
  readonly weight: number
  readonly method: string
  readonly route: string | null
  readonly path: string
  readonly ms: number
  readonly refused: number
  readonly failed: number
  /** Share of the time that outgoing requests take. */
  readonly upstream: number
}

const ENDPOINTS: readonly Endpoint[] = [
  { weight: 30, method: 'GET', route: '/v1/stations', path: '/v1/stations', ms: 14, refused: 0.001, failed: 0.0005, upstream: 0 },
  { weight: 22, method: 'GET', route: '/v1/stations/:station', path: '/v1/stations/harbour', ms: 7, refused: 0.02, failed: 0, upstream: 0 },
  { weight: 14, method: 'POST', route: '/v1/rides', path: '/v1/rides', ms: 160, refused: 0.07, failed: 0.01, upstream: 0.8 },
  { weight: 12, method: 'PATCH', route: '/v1/rides/:ride', path: '/v1/rides/3107', ms: 95, refused: 0.02, failed: 0.004, upstream: 0.5 },
  { weight: 8, method: 'GET', route: '/v2/riders/:rider/bills', path: '/v2/riders/12/bills', ms: 210, refused: 0.03, failed: 0.003, upstream: 0.6 },
  { weight: 6, method: 'POST', route: '/v2/tokens', path: '/v2/tokens', ms: 120, refused: 0.15, failed: 0, upstream: 0 },
  { weight: 4, method: 'GET', route: null, path: '/wp-login.php', ms: 0.4, refused: 1, failed: 0, upstream: 0 },
  { weight: 3, method: 'GET', route: '/v2/reports/occupancy', path: '/v2/reports/occupancy', ms: 1_900, refused: 0, failed: 0.01, upstream: 0.2 },
  { weight: 1, method: 'GET', route: '/health', path: '/health', ms: 0.3, refused: 0, failed: 0, upstream: 0 },
]

const CONSUMERS = [
  { weight: 40, userId: 'city-app', apiKeyHash: null, oauthClientId: null },
  { weight: 22, userId: 'route-planner', apiKeyHash: null, oauthClientId: null },
  { weight: 12, userId: null, apiKeyHash: '5c1d77a90be24f13a8d2e6904b7f3310', oauthClientId: null },
  { weight: 9, userId: null, apiKeyHash: null, oauthClientId: 'transit-board' },
  { weight: 7, userId: 'open-data', apiKeyHash: null, oauthClientId: null },
  { weight: 10, userId: null, apiKeyHash: null, oauthClientId: null },
]

/** Addresses of well-known networks, by which the server finds countries. */
const ADDRESSES = [
  { weight: 34, ip: '212.58.244.22' },
  { weight: 22, ip: '193.99.144.80' },
  { weight: 14, ip: '90.0.0.1' },
  { weight: 12, ip: '8.8.8.8' },
  { weight: 6, ip: '133.11.0.1' },
  { weight: 4, ip: '200.160.2.3' },
]

const AGENTS = [
  { weight: 36, userAgent: 'okhttp/5.3.0' },
  { weight: 24, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1' },
  { weight: 16, userAgent: 'node' },
  { weight: 12, userAgent: 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36' },
  { weight: 8, userAgent: 'python-requests/2.32.5' },
  { weight: 4, userAgent: 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)' },
]

const THROWN = { errorClass: 'LockTimeout', fingerprint: 'c40d8e7712fa5b96' }

function toEvent(seq: number, time: number, isIncident: boolean, random: () => number): ApiEvent {
  const { method, route, path, ms, refused, failed, upstream } = choose(ENDPOINTS, random)
  const { userId, apiKeyHash, oauthClientId } = choose(CONSUMERS, random)
  const isHit = isIncident && upstream > 0
  const fails = random() < (isHit ? INCIDENT.failures : failed)
  const refuses = !fails && random() < refused
  const status = fails ? 503 : refuses ? (method === 'GET' ? 404 : 422) : method === 'POST' ? 201 : 200
  const durationUs = Math.round(ms * 1_000 * (0.5 + random()) * (random() < 0.04 ? 5 : 1) * (isHit ? INCIDENT.slowness : 1))
  return {
    ...{ seq, time, method, route, path, host: 'api.bicycles.example', status, outcome: 'completed', durationUs },
    upstreamUs: upstream === 0 ? null : Math.round(durationUs * upstream),
    upstreamCount: upstream === 0 ? null : 1,
    requestBytes: method === 'GET' ? 0 : Math.round(150 + random() * 600),
    responseBytes: Math.round(250 + random() * 6_000),
    ip: choose(ADDRESSES, random).ip,
    userAgent: choose(AGENTS, random).userAgent,
    ...{ userId, apiKeyHash, oauthClientId },
    errorClass: fails ? THROWN.errorClass : null,
    errorFingerprint: fails ? THROWN.fingerprint : null,
    errorMessage: null,
    tags: { city: random() < 0.7 ? 'Bremen' : 'Lyon' },
  }
}

function choose<Option extends { readonly weight: number }>(options: readonly Option[], random: () => number): Option {
  let left = random() * options.reduce((sum, { weight }) => sum + weight, 0)
  for (const option of options) {
    left -= option.weight
    if (left <= 0) return option
  }
  throw new Error('nothing to choose from')
}

/** xorshift32: the same numbers for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed === 0 ? 1 : seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}
