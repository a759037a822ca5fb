import type { ApiEvent } from '@wayside/protocol'

/** An event with plain values, in which a test sets what it is about. */
export function createApiEvent(values: Partial<ApiEvent> = {}): ApiEvent {
  return {
    seq: 1,
    time: Date.UTC(2026, 0, 2, 3, 4, 5),
    method: 'GET',
    route: '/users/:id',
    path: '/users/7',
    host: 'api.example.com',
    status: 200,
    outcome: 'completed',
    durationUs: 1_500,
    upstreamUs: null,
    upstreamCount: null,
    requestBytes: 0,
    responseBytes: 42,
    ip: '203.0.113.7',
    userAgent: 'curl/8.5.0',
    userId: null,
    apiKeyHash: null,
    oauthClientId: null,
    errorClass: null,
    errorFingerprint: null,
    errorMessage: null,
    tags: null,
    ...values,
  }
}
