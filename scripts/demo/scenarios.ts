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

const IDS = Array.from({ length: 520 }, (_, at) => at + 1) // The last twenty do not exist.
const TENANTS = ['north', 'south', 'east', 'west', 'central'] as const
const REPORTS = ['sales', 'stock', 'returns', 'customers'] as const

export const SCENARIOS: readonly Scenario[] = [
  { weight: 30, method: 'GET', path: (pick) => `/products/${pick(IDS)}` },
  { weight: 18, method: 'GET', path: () => '/products?limit=20' },
  { weight: 16, method: 'GET', path: (pick) => `/v1/tenants/${pick(TENANTS)}/orders/${pick(IDS)}` },
  { weight: 9, method: 'POST', path: () => '/orders', body: '{"productId":7,"quantity":2}' },
  { weight: 3, method: 'POST', path: () => '/orders', body: '{"productId":"seven"}' },
  { weight: 5, method: 'POST', path: () => '/login', body: '{"name":"a","password":"correct"}' },
  { weight: 2, method: 'POST', path: () => '/login', body: '{"name":"a","password":"guess"}' },
  { weight: 5, method: 'GET', path: (pick) => `/reports/${pick(REPORTS)}` },
  { weight: 2, method: 'GET', path: () => '/reports/customers', abortAfterMs: 60 },
  { weight: 3, method: 'GET', path: () => '/export' },
  { weight: 1, method: 'GET', path: () => '/export', abortAfterMs: 25 },
  { weight: 4, method: 'GET', path: () => '/health' },
  { weight: 1, method: 'GET', path: () => '/broken' },
  { weight: 2, method: 'GET', path: (pick) => `/${pick(['wp-login.php', '.env', 'admin', 'robots.txt'])}` },
]
