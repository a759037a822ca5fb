import type { RequestDescription } from '../fixture.ts'
import type { StoredRequest } from '../read-requests.ts'

/** The event that a producer captures under a number: the same for the same name and number, and no two alike. */
export function toRequest(producer: string, number: number): RequestDescription {
  const status = STATUSES[number % STATUSES.length] ?? 200
  return {
    method: METHODS[number % METHODS.length] ?? 'GET',
    route: `/v1/${RESOURCES[number % RESOURCES.length]}/:id`,
    path: `/${producer}/${number}`,
    host: 'api.example.com',
    status,
    durationUs: 0,
    requestBytes: 0,
    responseBytes: 0,
    ip: '198.51.100.7',
    userAgent: `chaos/${number % 13}`,
    userId: `user-${number % 101}`,
    upstreamUs: null,
    upstreamCount: 0,
    errorClass: null,
    errorFingerprint: null,
    gapMs: 0,
  }
}

/** What must arrive unchanged of an event. */
export function toPayload({ method, path, status, userAgent, userId }: StoredRequest): string {
  return `${method} ${path} ${status} ${userAgent} ${userId}`
}

/** Whose event a path names. */
export function readPath(path: string): { readonly producer: string; readonly number: number } {
  const [, producer = '', number] = path.split('/')
  return { producer, number: Number(number) }
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const
const STATUSES = [200, 200, 200, 201, 204, 304, 400, 404, 500, 503, 200] as const
const RESOURCES = ['orders', 'users', 'invoices', 'carts', 'reviews', 'webhooks', 'shipments'] as const
