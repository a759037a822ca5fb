import { SHED, type ConsumerKind } from '@wayside/protocol'
import type { ShedCounts } from '../../journal/shed-counts.ts'
import type { StoredEvent } from '../stored-event.ts'

/** Requests that are alike in every dimension: one event, or shed ones of which no more is known. */
export interface Tally {
  readonly projectId: number
  /** Milliseconds since 1970. */
  readonly time: number
  readonly lastTime: number
  readonly method: string
  readonly route: string | null
  readonly status: number
  readonly consumerKind: ConsumerKind
  readonly consumer: string | null
  readonly country: string | null
  readonly client: string | null
  readonly requests: number
  readonly aborted: number
  readonly requestBytes: number
  readonly responseBytes: number
  readonly latency: readonly (readonly [bucket: number, requests: number])[]
}

export function tallyEvent(event: StoredEvent): Tally {
  return {
    ...event,
    lastTime: event.time,
    requests: 1,
    aborted: event.outcome === 0 ? 0 : 1,
    requestBytes: event.requestBytes ?? 0,
    responseBytes: event.responseBytes ?? 0,
    latency: event.latencyBucket === null ? [] : [[event.latencyBucket, 1]],
  }
}

export function tallyShed(projectId: number, { minute, lastMinute, buckets, counts, ...counted }: ShedCounts): Tally {
  return {
    projectId,
    time: minute * MINUTE_MS,
    lastTime: lastMinute * MINUTE_MS,
    ...counted,
    consumerKind: 'unknown',
    consumer: SHED,
    country: SHED,
    client: SHED,
    latency: buckets.map((bucket, at) => [bucket, counts[at] ?? 0]),
  }
}

const MINUTE_MS = 60_000
