import type { FastifyRequest } from 'fastify'
import type { KeyKind, Principal } from '../registry/registry.ts'
import { ProblemError } from './problem.ts'
import type { Services } from './services.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requireKey`; read through `principalOf`. */
    principal: Principal | null
  }
}

/** Kinds of keys by what they may do. */
export const MAY_SEND: readonly KeyKind[] = ['ingest', 'admin', 'combined']
export const MAY_READ: readonly KeyKind[] = ['read', 'admin', 'combined']
export const MAY_ERASE: readonly KeyKind[] = ['admin', 'combined']

const BEARER = 'the header "Authorization: Bearer KEY"'

/** A hook that lets only keys of some kinds pass, before anything of the body is read. */
export function requireKey(services: Services, kinds: readonly KeyKind[]) {
  return async (request: FastifyRequest): Promise<void> => {
    request.principal = await authorize(services, bearerKey(request), kinds)
  }
}

/** Whose key it is. Throws 401 for no or an unknown key, 403 for one of another kind. `place` says where the key belongs. */
export async function authorize(
  services: Services,
  key: string | null,
  kinds: readonly KeyKind[],
  place = BEARER,
): Promise<Principal> {
  const principal = key === null ? null : await services.authenticator.authenticate(key)
  if (principal === null) {
    const detail =
      key === null
        ? `Send a key in ${place}. \`wayside keys create\` makes one.`
        : 'This key is not valid here: it is mistyped, revoked, or of another server. `wayside keys list` shows the keys.'
    throw new ProblemError(401, detail, { 'www-authenticate': 'Bearer realm="wayside"' }, { rule: 'key' })
  }
  if (!kinds.includes(principal.kind))
    throw new ProblemError(
      403,
      `This needs a key of kind ${kinds.join(' or ')}; the one sent is of kind ${principal.kind}.`,
      {},
      { rule: 'key-kind' },
    )
  return principal
}

/** The principal of a request behind `requireKey`. */
export function principalOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error('a route reads its principal without requireKey')
  return request.principal
}

function bearerKey(request: FastifyRequest): string | null {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}
