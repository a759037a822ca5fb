import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../problem.ts'

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/i

/**
 * The name of a cookie as this browser may hold it, `null` where it may hold none: over HTTPS with the prefix that keeps
 * other hosts, paths and plain HTTP from setting it; on this machine itself without, since not all browsers take that there.
 */
function nameOf(request: FastifyRequest, name: string): string | null {
  if (request.protocol === 'https') return `__Host-${name}`
  // Hosts share their cookies among all their ports.
  return LOOPBACK.test(request.hostname) ? `${name}-${request.port ?? 80}` : null
}

/** The value of a cookie, `null` when there is none. */
export function readCookie(request: FastifyRequest, name: string): string | null {
  const wanted = nameOf(request, name)
  if (wanted === null) return null
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === wanted) return pair.slice(at + 1).trim()
  }
  return null
}

export interface CookieOptions {
  /** Seconds; 0 takes the cookie away. */
  readonly maxAge: number
  /** `Lax` comes along when another site leads here. */
  readonly sameSite: 'Strict' | 'Lax'
}

/** Throws 403 where a cookie, and the password before it, would travel in the clear. */
export function assertPrivate(request: FastifyRequest): void {
  if (nameOf(request, '') === null)
    throw new ProblemError(
      403,
      'People log in over HTTPS only: on plain HTTP anyone on the way could read who they are. Start the server with --tls-cert and --tls-key, or put a proxy that speaks HTTPS before it and name that with --trust-proxy. On its own machine, http://localhost works.',
    )
}

/** Sets a cookie that scripts cannot read, in a browser for which `assertPrivate` holds. */
export function setCookie(request: FastifyRequest, reply: FastifyReply, name: string, value: string, { maxAge, sameSite }: CookieOptions): void {
  assertPrivate(request)
  const secure = request.protocol === 'https' ? '; Secure' : ''
  void reply.header('set-cookie', `${nameOf(request, name)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=${sameSite}${secure}`)
}
