import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../problem.ts'

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Refuses to change anything for a page of another site, which a browser would send our cookies for. Browsers say where a
 * request comes from in `Sec-Fetch-Site`, older ones in `Origin`; who says neither is no page of ours.
 */
export function assertSameOrigin(request: Pick<FastifyRequest, 'method' | 'headers' | 'protocol' | 'host'>): void {
  if (SAFE_METHODS.includes(request.method)) return
  const { 'sec-fetch-site': site, origin } = request.headers
  const isOurs = site === undefined ? origin === `${request.protocol}://${request.host}` : site === 'same-origin'
  if (isOurs) return
  throw new ProblemError(
    403,
    'This came from a page of another site, or from a program that did not say so: whoever is logged in changes things from the pages of this server. A program uses a key, or sends the header "Origin" with the address of this server.',
  )
}
