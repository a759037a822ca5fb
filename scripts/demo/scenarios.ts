/** One kind of request that callers make; the same on all four example apps. */
export interface Scenario {
  readonly weight: number
  readonly method: string
  /** The path; `pick` chooses one of the values. */
  readonly path: (pick: <Value>(values: readonly Value[]) => Value) => string
  /** JSON text. */
  readonly body?: string
  /** The client leaves after so many milliseconds. */
  readonly abortAfterMs?: number
}

const PRODUCTS = Array.from({ length: 53 }, (_, at) => at + 1) // The last three do not exist.
const ORDERS = Array.from({ length: 103 }, (_, at) => at + 1) // Neither do these.
const INVOICES = Array.from({ length: 40 }, (_, at) => 1_001 + at) // Those that end in 0 are broken.
const TENANTS = ['north', 'south', 'east', 'west', 'central'] as const

export const SCENARIOS: readonly Scenario[] = [
  { weight: 30, method: 'GET', path: (pick) => `/v1/products/${pick(PRODUCTS)}` },
  { weight: 18, method: 'GET', path: (pick) => `/v1/products?limit=${pick([10, 20, 50])}` },
  { weight: 16, method: 'GET', path: (pick) => `/v1/tenants/${pick(TENANTS)}/orders/${pick(ORDERS)}` },
  { weight: 2, method: 'DELETE', path: (pick) => `/v1/tenants/${pick(TENANTS)}/orders/${pick(ORDERS)}` },
  { weight: 9, method: 'POST', path: () => '/v1/orders', body: '{"productId":"7","quantity":2}' },
  { weight: 3, method: 'POST', path: () => '/v1/orders', body: '{"productId":"seven"}' },
  { weight: 5, method: 'POST', path: () => '/v1/login', body: '{"name":"a","password":"secret"}' },
  { weight: 2, method: 'POST', path: () => '/v1/login', body: '{"name":"a","password":"guess"}' },
  { weight: 5, method: 'GET', path: () => '/v1/reports/sales' },
  { weight: 2, method: 'GET', path: () => '/v1/reports/sales', abortAfterMs: 20 },
  { weight: 5, method: 'GET', path: (pick) => `/v1/invoices/${pick(INVOICES)}` },
  { weight: 3, method: 'GET', path: () => '/v1/export' },
  { weight: 1, method: 'GET', path: () => '/v1/export', abortAfterMs: 25 },
  { weight: 4, method: 'GET', path: () => '/health' },
  { weight: 2, method: 'GET', path: (pick) => `/${pick(['wp-login.php', '.env', 'admin', 'robots.txt'])}` },
]
