import type { FastifyRequest } from 'fastify'
import { DEMO_KEY, type Demo } from '../demo/demo.ts'
import { isAtLeast, type ProjectRole } from '../people/person.ts'
import { KEY_KINDS, type KeyKind, type Principal } from '../registry/registry.ts'
import { toPrincipal } from './auth/choose-project.ts'
import { findPerson } from './auth/session.ts'
import { ProblemError } from './problem.ts'
import type { Services } from './services.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requireKey`; read through `principalOf`. */
    principal: Principal | null
  }
}

/** Who may do something in a project. */
export interface Permission {
  readonly kinds: readonly KeyKind[]
  /** The least role of a person who is logged in; `null` where it takes a key. */
  readonly role: ProjectRole | null
}

export const MAY_SEND: Permission = { kinds: ['ingest', 'admin', 'combined'], role: null }
export const MAY_READ: Permission = { kinds: ['read', 'admin', 'combined'], role: 'viewer' }
/** Who only looks makes no work for the server that goes on without them. */
export const MAY_EXPORT: Permission = { kinds: ['read', 'admin', 'combined'], role: 'member' }
/** Monitors are work for the server as well, and API Analytics clients make them with a combined key. */
export const MAY_WATCH: Permission = { kinds: ['admin', 'combined'], role: 'member' }
/** What everybody may see from then on. */
export const MAY_PUBLISH: Permission = { kinds: ['admin', 'combined'], role: 'admin' }
export const MAY_ERASE: Permission = { kinds: ['admin', 'combined'], role: 'admin' }
/** A combined key is in apps: whoever finds one must not make further keys with it. */
export const MAY_ADMINISTER: Permission = { kinds: ['admin'], role: 'admin' }
export const MAY_KNOW: Permission = { kinds: KEY_KINDS, role: 'viewer' }

/** Whether who asks may do something, for answers that say so beforehand. */
export function may({ kind, role }: Principal, permission: Permission): boolean {
  return role === undefined ? permission.kinds.includes(kind) : permission.role !== null && isAtLeast(role, permission.role)
}

const BEARER = 'the header "Authorization: Bearer KEY"'

/** A hook that lets only those pass who may, by a key or by a session, before anything of the body is read. */
export function requireKey(services: Services, permission: Permission) {
  const hook = async (request: FastifyRequest): Promise<void> => {
    const key = bearerKey(request)
    if (key === DEMO_KEY && services.demo !== null) {
      request.principal = await toDemoPrincipal(services.demo, permission)
      return
    }
    const person = key === null && permission.role !== null ? await findPerson(services, request) : null
    request.principal =
      person === null || permission.role === null
        ? await authorize(services, key, permission)
        : await toPrincipal(services, request, person, permission.role)
  }
  // What describes the API reads it from here.
  return Object.assign(hook, { permission })
}

/** Everybody is a viewer of the demo. */
async function toDemoPrincipal(demo: Pick<Demo, 'project'>, permission: Permission): Promise<Principal> {
  const project = await demo.project()
  if (project === null) throw new ProblemError(503, 'The demo is being made. Try again in a moment.', { 'retry-after': '2' })
  const principal: Principal = { keyId: DEMO_KEY, project, kind: 'read', role: 'viewer' }
  if (!may(principal, permission)) throw new ProblemError(403, 'This is a demo: look at everything, and change nothing.')
  return principal
}

/** Whose key it is. Throws 401 for no or an unknown key, 403 for one of another kind. `place` says where the key belongs. */
export async function authorize(
  services: Services,
  key: string | null,
  { kinds }: Permission,
  place = BEARER,
): Promise<Principal> {
  const principal = key === null ? null : await services.authenticator.authenticate(key)
  if (principal === null) {
    const detail =
      key === null
        ? `Send a key in ${place}. \`wayside keys create\` makes one.${place === BEARER ? ` People log in at ${services.settings.basePath}/login.` : ''}`
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

/** The key or token that a request carries; `null` without one. */
export function bearerKey(request: FastifyRequest): string | null {
  return /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null
}
