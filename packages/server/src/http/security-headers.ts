import type { FastifyInstance } from 'fastify'

/** @param frameHosts - origins of the pages that may show the answer in a frame */
export function contentSecurityPolicy(frameHosts: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    `frame-ancestors ${frameHosts.length === 0 ? "'none'" : frameHosts.join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
}

const HEADERS = {
  'content-security-policy': contentSecurityPolicy(),
  // Answers hold data that belongs to whoever has the key; what may be kept says so itself.
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const

/** Puts on every answer what keeps browsers from doing more with it than showing it, and caches from keeping it. */
export function addSecurityHeaders(app: FastifyInstance, { isTls }: { readonly isTls: boolean }): void {
  const headers = isTls ? { ...HEADERS, 'strict-transport-security': 'max-age=31536000' } : HEADERS
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(headers)
  })
}
