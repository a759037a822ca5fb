import type { ConsumerRow, EndpointRow, Overview, Period, SeriesPoint, ShareRow, Totals } from '@wayside/protocol'

const INTERVALS: Readonly<Record<Period, { readonly intervalMs: number; readonly count: number }>> = {
  '1h': { intervalMs: 60_000, count: 60 },
  '24h': { intervalMs: 900_000, count: 96 },
  '7d': { intervalMs: 7_200_000, count: 84 },
  '30d': { intervalMs: 28_800_000, count: 90 },
}

/** A day's course of requests, the same for everyone who asks at the same `now`. */
export function toOverviewFixture(period: Period, now: number): Overview {
  const { intervalMs, count } = INTERVALS[period]
  const to = (Math.floor(now / intervalMs) + 1) * intervalMs
  const from = to - intervalMs * count
  const perMs = 41 / 60_000
  const random = createRandom(period.length * 7 + count)
  const series: SeriesPoint[] = Array.from({ length: count }, (_, at) => {
    const time = from + at * intervalMs
    const passed = Math.min(time + intervalMs, now) - time
    const course = 1 + 0.75 * Math.sin(((time % 86_400_000) / 86_400_000 - 0.3) * 2 * Math.PI)
    const all = Math.round(passed * perMs * course * (0.8 + random() * 0.4))
    const incident = at > count * 0.62 && at < count * 0.66 ? 0.16 : 0.004
    const serverError = Math.round(all * incident * (0.5 + random()))
    const clientError = Math.round(all * 0.045 * (0.5 + random()))
    const redirect = Math.round(all * 0.06)
    return { time, informational: 0, success: all - serverError - clientError - redirect, redirect, clientError, serverError }
  })
  const sum = (name: 'success' | 'redirect' | 'clientError' | 'serverError') => series.reduce((total, point) => total + point[name], 0)
  const requests = sum('success') + sum('redirect') + sum('clientError') + sum('serverError')
  const totals = {
    ...toTotals(requests, sum('clientError'), sum('serverError'), 38),
    success: sum('success'),
    redirect: sum('redirect'),
    consumers: 148,
  }
  const before = toTotals(Math.round(requests * 0.89), Math.round(sum('clientError') * 0.9), Math.round(sum('serverError') * 0.4), 41)
  return {
    project: { id: '5f0c1c9e-0000-4000-8000-000000000001', name: 'orders-api' },
    period,
    from,
    to,
    intervalMs,
    completeUntil: now - 400,
    delivery: { lost: 0, dropped: 0, unaccounted: 0, pendingSince: null, late: [] },
    totals,
    previous: { ...before, consumers: 151 },
    series,
    endpoints: ENDPOINTS.map(([method, route, share, errors, serverErrors, p50]) => ({
      method,
      route,
      ...toTotals(Math.round(requests * share), Math.round(requests * share * errors), Math.round(requests * share * serverErrors), p50),
    })) satisfies readonly EndpointRow[],
    consumers: CONSUMERS.map(([kind, consumer, share, errors, ago]) => ({
      kind,
      consumer,
      requests: Math.round(requests * share),
      errors: Math.round(requests * share * errors),
      lastSeenAt: now - ago,
    })) satisfies readonly ConsumerRow[],
    countries: toShares(COUNTRIES, requests),
    clients: toShares(CLIENTS, requests),
  }
}

/** The overview of a project, or of a period, in which nothing happened. */
export function toEmptyOverview(period: Period, now: number): Overview {
  const full = toOverviewFixture(period, now)
  const nothing = { ...toTotals(0, 0, 0, 0), errorRate: null, p50Ms: null, p95Ms: null, p99Ms: null, consumers: 0 }
  const none = { informational: 0, success: 0, redirect: 0, clientError: 0, serverError: 0 }
  return {
    ...full,
    totals: nothing,
    previous: nothing,
    series: full.series.map(({ time }) => ({ time, ...none })),
    endpoints: [],
    consumers: [],
    countries: [],
    clients: [],
  }
}

function toTotals(requests: number, clientError: number, serverError: number, p50Ms: number): Totals {
  const redirect = Math.round(requests * 0.06)
  return {
    requests,
    success: requests - clientError - serverError - redirect,
    redirect,
    clientError,
    serverError,
    errorRate: requests === 0 ? null : (clientError + serverError) / requests,
    aborted: Math.round(requests * 0.002),
    p50Ms,
    p95Ms: p50Ms * 4.37,
    p99Ms: p50Ms * 11.9,
    requestBytes: requests * 310,
    responseBytes: requests * 4_870,
  }
}

const ENDPOINTS: readonly (readonly [string, string | null, number, number, number, number])[] = [
  ['GET', '/v1/products', 0.24, 0.002, 0, 18.4],
  ['GET', '/v1/products/:id', 0.2, 0.021, 0, 9.12],
  ['POST', '/v1/orders', 0.12, 0.083, 0.011, 84.2],
  ['GET', '/v1/tenants/:tenant/orders/:id', 0.1, 0.014, 0.002, 31.7],
  ['POST', '/v1/login', 0.08, 0.19, 0, 112],
  ['GET', '/v1/reports/:report', 0.05, 0.03, 0.03, 1_240],
  ['GET', null, 0.045, 1, 0, 0.61],
  ['PATCH', '/v1/tenants/:tenant/orders/:id/lines/:line', 0.03, 0.04, 0, 47.1],
  ['GET', '/v1/exports/orders.csv', 0.02, 0, 0, 4_820],
  ['DELETE', '/v1/sessions/:id', 0.015, 0, 0, 6.3],
  ['PUT', '/v1/products/:id/stock', 0.01, 0.006, 0, 22.8],
  ['GET', '/v1/search', 0.008, 0, 0, 61],
  ['OPTIONS', '/v1/orders', 0.004, 0, 0, 0.34],
  ['GET', '/health', 0.001, 0, 0, 0.22],
]

const CONSUMERS: readonly (readonly [ConsumerRow['kind'], string | null, number, number, number])[] = [
  ['user', 'northwind-shop', 0.22, 0.01, 2_000],
  ['user', 'acme-mobile', 0.17, 0.04, 3_500],
  ['api_key', '9f2c41d07be84a6f93e1c55d20aa7781', 0.12, 0.02, 9_000],
  ['oauth_client', 'warehouse-sync', 0.09, 0, 41_000],
  ['user', 'billing@contoso.example', 0.07, 0.11, 65_000],
  ['ip', '203.0.113.77', 0.05, 0.4, 130_000],
  ['ip', '2001:db8:85a3::8a2e:370:7334', 0.04, 0.02, 600_000],
  ['unknown', null, 0.04, 0.05, 5_000],
  ['user', 'fabrikam', 0.03, 0, 7_200_000],
  ['user', 'tailspin-toys', 0.02, 0, 10_800_000],
]

const COUNTRIES: readonly (readonly [string | null, number])[] = [
  ['DE', 0.31],
  ['US', 0.24],
  ['GB', 0.12],
  ['FR', 0.08],
  ['NL', 0.06],
  ['JP', 0.05],
  [null, 0.05],
  ['BR', 0.04],
  ['IN', 0.03],
  ['BA', 0.02],
]

const CLIENTS: readonly (readonly [string | null, number])[] = [
  ['Chrome', 0.34],
  ['axios', 0.2],
  ['Mobile Safari', 0.16],
  ['python-requests', 0.11],
  ['curl', 0.08],
  ['Go-http-client', 0.05],
  [null, 0.04],
  ['Googlebot', 0.02],
]

function toShares(shares: readonly (readonly [string | null, number])[], requests: number): readonly ShareRow[] {
  return shares.map(([value, share]) => ({ value, requests: Math.round(requests * share), errors: Math.round(requests * share * 0.03) }))
}

/** Mulberry32: the same numbers for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
