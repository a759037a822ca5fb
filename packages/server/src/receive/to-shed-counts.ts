import type { ShedWindow } from '@wayside/protocol'
import { correctTime, type DeliveryTimes } from '../enrich/clock.ts'
import type { ShedCounts } from '../journal/shed-counts.ts'
import type { Admission } from './to-new-event.ts'

const MINUTE_MS = 60_000

/** A window's rows as they may be stored: at the corrected time, with the methods and routes that the project may still bring. */
export function toShedCounts({ startAt, lengthMs, rows }: ShedWindow, times: DeliveryTimes, admission: Admission): readonly ShedCounts[] {
  const minute = Math.floor(correctTime(startAt, times).time / MINUTE_MS)
  const lastMinute = minute + lengthMs / MINUTE_MS - 1
  return rows.map(({ latency, method, route, ...row }) => ({
    minute,
    lastMinute,
    ...row,
    method: admission.method(method),
    route: admission.route(route),
    buckets: [...latency.keys()],
    counts: [...latency.values()],
  }))
}
