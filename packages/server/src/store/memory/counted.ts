import { OUTCOMES, SHED, type Dimension, type DimensionValue } from '@wayside/protocol'
import type { ShedCounts } from '../../journal/shed-counts.ts'
import type { StoreDimension, StoreQuantity } from '../store-query.ts'
import type { StoredEvent } from '../stored-event.ts'

/** Requests that are alike in all that can be asked: one event, or shed ones of which no more is known. */
export interface Counted {
  readonly projectId: number
  /** Id of the event; `null` where it is none. */
  readonly event: number | null
  /** Milliseconds since 1970: when the first of them began, and the last, to the minute. */
  readonly time: number
  readonly lastSeenAt: number
  dimension(name: StoreDimension): DimensionValue
  quantity(name: StoreQuantity): number | null
  readonly ip: string | null
  readonly status: number
  /** Names the consumer together with its kind; `null` where nobody knows. */
  readonly caller: string | null
  readonly requests: number
  readonly shed: number
  readonly aborted: number
  readonly requestBytes: number
  readonly responseBytes: number
  readonly timed: number
  readonly durationUs: number
  readonly maxUs: number
  readonly upstreamUs: number
  readonly upstreamOfUs: number
  readonly latency: readonly (readonly [bucket: number, requests: number])[]
}

export function countEvent(event: StoredEvent): Counted {
  const { durationUs, upstreamUs } = event
  const hasUpstream = durationUs !== null && upstreamUs !== null
  return {
    projectId: event.projectId,
    event: event.id,
    time: event.time,
    lastSeenAt: Math.floor(event.time / MINUTE_MS) * MINUTE_MS,
    dimension: (name) => (isTag(name) ? tagOf(event, name) : EVENT_DIMENSIONS[name](event)),
    quantity: (name) => event[name],
    ip: event.ip,
    status: event.status,
    caller: event.consumer === null || event.consumerKind === 'unknown' ? null : JSON.stringify([event.consumerKind, event.consumer]),
    requests: 1,
    shed: 0,
    aborted: event.outcome === 0 ? 0 : 1,
    requestBytes: event.requestBytes ?? 0,
    responseBytes: event.responseBytes ?? 0,
    timed: durationUs === null ? 0 : 1,
    durationUs: durationUs ?? 0,
    maxUs: durationUs ?? 0,
    upstreamUs: hasUpstream ? upstreamUs : 0,
    upstreamOfUs: hasUpstream ? durationUs : 0,
    latency: event.latencyBucket === null ? [] : [[event.latencyBucket, 1]],
  }
}

/** Shed requests have no durations, only buckets, and no bytes of their own, only sums. */
export function countShed(projectId: number, counts: ShedCounts): Counted {
  const known = { method: counts.method, route: counts.route, status: counts.status }
  return {
    projectId,
    event: null,
    time: counts.minute * MINUTE_MS,
    lastSeenAt: counts.lastMinute * MINUTE_MS,
    dimension: (name) => (isTag(name) ? SHED : shedDimension(name, known)),
    quantity: (name) => (name === 'status' ? counts.status : null),
    ip: null,
    status: counts.status,
    caller: null,
    requests: counts.requests,
    shed: counts.requests,
    aborted: counts.aborted,
    requestBytes: counts.requestBytes,
    responseBytes: counts.responseBytes,
    timed: 0,
    durationUs: 0,
    maxUs: 0,
    upstreamUs: 0,
    upstreamOfUs: 0,
    latency: counts.buckets.map((bucket, at) => [bucket, counts.counts[at] ?? 0]),
  }
}

const MINUTE_MS = 60_000

type Endpoint = Pick<StoredEvent, 'method' | 'route' | 'status'>

const ENDPOINT_DIMENSIONS = {
  endpoint: ({ method, route }: Endpoint) => (route === null ? method : `${method} ${route}`),
  method: ({ method }: Endpoint) => method,
  route: ({ route }: Endpoint) => route,
  status: ({ status }: Endpoint) => status,
  statusClass: ({ status }: Endpoint) => `${Math.floor(status / 100)}xx`,
  apiVersion: ({ route }: Endpoint) => /(?:^|\/)(v[0-9]+)(?:\/|$)/.exec(route ?? '')?.[1] ?? null,
}

const EVENT_DIMENSIONS: Readonly<Record<Dimension, (event: StoredEvent) => DimensionValue>> = {
  ...ENDPOINT_DIMENSIONS,
  path: ({ path }) => path,
  outcome: ({ outcome }) => OUTCOMES[outcome] ?? null,
  host: ({ host }) => host,
  consumer: ({ consumer }) => consumer,
  consumerKind: ({ consumerKind }) => consumerKind,
  userId: ({ userId }) => userId,
  apiKey: ({ apiKeyHash }) => apiKeyHash,
  oauthClient: ({ oauthClientId }) => oauthClientId,
  country: ({ country }) => country,
  client: ({ client }) => client,
  clientVersion: ({ clientVersion }) => clientVersion,
  os: ({ os }) => os,
  device: ({ device }) => device,
  bot: ({ bot }) => bot,
  framework: ({ framework }) => framework,
  service: ({ service }) => service,
  serviceVersion: ({ serviceVersion }) => serviceVersion,
  environment: ({ environment }) => environment,
  instance: ({ instance }) => instance,
  errorClass: ({ errorClass }) => errorClass,
  errorFingerprint: ({ errorFingerprint }) => errorFingerprint,
}

function shedDimension(name: Dimension, endpoint: Endpoint): DimensionValue {
  switch (name) {
    case 'endpoint':
    case 'method':
    case 'route':
    case 'status':
    case 'statusClass':
    case 'apiVersion':
      return ENDPOINT_DIMENSIONS[name](endpoint)
    case 'consumerKind':
      return 'unknown'
    case 'bot':
      return null
    default:
      return SHED
  }
}

function isTag(name: StoreDimension): name is `tag:${string}` {
  return name.startsWith('tag:')
}

function tagOf({ tags }: StoredEvent, name: `tag:${string}`): string | null {
  const tag = name.slice('tag:'.length)
  return tags !== null && Object.hasOwn(tags, tag) ? (tags[tag] ?? null) : null
}
