import { PERIODS, type Overview } from '@wayside/protocol'

/**
 * The overview in a decoded answer, or `null` when it is none: a proxy answered, or the server is of another version
 * than the page. Each member is checked for its kind, so that no view meets `undefined`; a server that adds members
 * is fine.
 */
export function parseOverview(body: unknown): Overview | null {
  // The boundary cast: `isOverview` has looked at every member that the type names.
  return isOverview(body) ? (body as unknown as Overview) : null
}

type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string'
const number: Check = (value) => typeof value === 'number'
const orNull = (check: Check): Check => (value) => value === null || check(value)
const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check)
const record = (checks: Readonly<Record<string, Check>>): Check => {
  const members = Object.entries(checks)
  return (value) =>
    typeof value === 'object' && value !== null && members.every(([name, check]) => check(Reflect.get(value, name)))
}

const TOTALS = {
  requests: number,
  success: number,
  redirect: number,
  clientError: number,
  serverError: number,
  errorRate: orNull(number),
  aborted: number,
  p50Ms: orNull(number),
  p95Ms: orNull(number),
  p99Ms: orNull(number),
  requestBytes: number,
  responseBytes: number,
}
const totals = record({ ...TOTALS, consumers: number })
const shares = listOf(record({ value: orNull(text), requests: number, errors: number }))

const consumer = record({ kind: text, consumer: orNull(text), requests: number, errors: number, lastSeenAt: number })
const point = record({
  time: number,
  informational: number,
  success: number,
  redirect: number,
  clientError: number,
  serverError: number,
})

const delivery = record({
  lost: number,
  dropped: number,
  unaccounted: number,
  pendingSince: orNull(number),
  late: listOf(record({ producerId: text, service: orNull(text), instance: orNull(text), pendingSince: number })),
})

const isOverview = record({
  project: record({ id: text, name: text }),
  period: (value) => PERIODS.some((period) => period === value),
  from: number,
  to: number,
  intervalMs: (value) => typeof value === 'number' && value > 0,
  completeUntil: number,
  delivery,
  totals,
  previous: totals,
  series: listOf(point),
  endpoints: listOf(record({ ...TOTALS, method: text, route: orNull(text) })),
  consumers: listOf(consumer),
  countries: shares,
  clients: shares,
})
