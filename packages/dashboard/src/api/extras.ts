import type { DeliveryNotice, ExportsList, LatencyCourse, ProducersReport, RequestsPage, StoredRequest, ThrownStack } from '@wayside/protocol'
import { boolean, listOf, mapOf, number, orNull, record, text, type Check } from './checks.ts'

/** What a view may need beside the answers of queries. */
export interface Extras {
  readonly delivery: DeliveryNotice
  readonly producers: ProducersReport
  readonly requests: RequestsPage
  readonly request: StoredRequest
  readonly latency: LatencyCourse
  readonly exports: ExportsList
  readonly error: { readonly stack: ThrownStack | null }
}
export type ExtraName = keyof Extras

/** Where each is asked for, and how a decoded answer is told from something else. */
export const EXTRAS: Readonly<Record<ExtraName, { readonly path: string; readonly is: Check }>> = {
  delivery: {
    path: 'api/v1/delivery',
    is: record({
      lost: number,
      dropped: number,
      unaccounted: number,
      pendingSince: orNull(number),
      late: listOf(record({ producerId: text, service: orNull(text), instance: orNull(text), pendingSince: number })),
    }),
  },
  producers: { path: 'api/v1/producers', is: record({ completeUntil: number, summary: toAccountCheck({ producers: number }), producers: listOf(toProducerCheck()) }) },
  requests: { path: 'api/v1/requests', is: record({ requests: listOf(toRequestCheck()), nextCursor: orNull(text) }) },
  request: { path: 'api/v1/request', is: toRequestCheck() },
  latency: {
    path: 'api/v1/latency',
    is: record({ from: number, to: number, timeZone: text, completeUntil: number, bandsMs: listOf(number), intervals: listOf(record({ time: number, requests: listOf(number) })) }),
  },
  exports: {
    path: 'api/v1/exports',
    is: record({
      exports: listOf(
        record({
          ...Object.fromEntries(['id', 'fileName', 'of', 'format', 'state', 'askedBy'].map((name) => [name, text])),
          ...Object.fromEntries(['from', 'to', 'askedAt', 'rows', 'bytes'].map((name) => [name, number])),
          ...Object.fromEntries(['endedAt', 'expectedRows', 'expiresAt'].map((name) => [name, orNull(number)])),
          problem: orNull(text),
        }),
      ),
    }),
  },
  error: { path: 'api/v1/error', is: record({ stack: orNull(record({ errorClass: text, frames: listOf(text), seenAt: number })) }) },
}

function toAccountCheck(more: Readonly<Record<string, Check>>): Check {
  const counts = ['captured', 'stored', 'shed', 'dropped', 'rejected', 'elsewhere', 'lost', 'pending', 'unaccounted', 'duplicates', 'expired', 'ambiguous']
  return record({ ...Object.fromEntries(counts.map((name) => [name, number])), pendingSince: orNull(number), droppedByReason: mapOf(number), ...more })
}

function toProducerCheck(): Check {
  const labels = Object.fromEntries(['environment', 'service', 'serviceVersion', 'instance'].map((name) => [name, orNull(text)]))
  const gaps = listOf(record({ from: number, to: number, events: number, noticedAt: number, after: orNull(number), before: number }))
  return toAccountCheck({ producerId: text, sdk: text, framework: text, state: text, firstSeenAt: number, lastSeenAt: number, spoolBytes: number, gaps, ...labels })
}

function toRequestCheck(): Check {
  return record({
    id: number,
    time: number,
    timeAdjusted: boolean,
    method: text,
    route: orNull(text),
    path: text,
    status: number,
    outcome: text,
    bot: boolean,
    consumerKind: text,
    framework: text,
    tags: orNull(mapOf(text)),
    ...Object.fromEntries(['durationUs', 'upstreamUs', 'upstreamCount', 'requestBytes', 'responseBytes'].map((name) => [name, orNull(number)])),
    ...Object.fromEntries(
      ['host', 'ip', 'country', 'userAgent', 'client', 'clientVersion', 'os', 'device', 'userId', 'apiKeyHash', 'oauthClientId', 'consumer', 'environment', 'service', 'serviceVersion', 'instance', 'errorClass', 'errorFingerprint', 'errorMessage'].map((name) => [name, orNull(text)]),
    ),
  })
}
