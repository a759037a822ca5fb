import type { StoreRow } from '../store/store-query.ts'

/** What a row would be without a request. */
export function emptyRow(interval: number): StoreRow {
  return {
    interval,
    key: [],
    requests: 0,
    classes: [0, 0, 0, 0, 0],
    aborted: 0,
    requestBytes: 0,
    responseBytes: 0,
    timed: 0,
    durationUs: 0,
    maxUs: 0,
    upstreamUs: 0,
    upstreamOfUs: 0,
    lastSeenAt: 0,
    latency: new Map(),
    consumers: 0,
    newConsumers: 0,
  }
}
