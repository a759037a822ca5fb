import type { FastifyRequest } from 'fastify'

/** Where `tokenOf` looks, for advice. */
export const TOKEN_PLACE = 'the header "X-AUTH-TOKEN: KEY"'

/** The key as API Analytics clients send it to read: in `X-AUTH-TOKEN`, or in `API-Key` as older ones do. */
export function tokenOf(request: FastifyRequest): string | null {
  const header = request.headers['x-auth-token'] ?? request.headers['api-key']
  const key = typeof header === 'string' ? header.replaceAll('"', '').trim() : ''
  return key === '' ? null : key
}
