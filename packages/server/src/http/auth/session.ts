import type { FastifyReply, FastifyRequest } from 'fastify'
import { mayManage, type Person, type Role } from '../../people/person.ts'
import { SESSION_MAX_MS } from '../../people/sessions.ts'
import { ProblemError } from '../problem.ts'
import type { Services } from '../services.ts'
import { readCookie, setCookie } from './cookies.ts'
import { assertSameOrigin } from './same-origin.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requirePerson`; read through `personOf`. */
    person: Person | null
  }
}

const COOKIE = 'wayside'

/** The person whose session a request carries, `null` without one. Throws 403 when another site is behind it. */
export async function findPerson({ door }: Services, request: FastifyRequest): Promise<Person | null> {
  const token = readCookie(request, COOKIE)
  const person = token === null ? null : await door.sessions.find(token)
  if (person !== null) assertSameOrigin(request)
  return person
}

/** Begins a session in this browser and ends the one that it had. */
export async function beginSession({ door }: Services, request: FastifyRequest, reply: FastifyReply, personId: number): Promise<void> {
  const former = readCookie(request, COOKIE)
  const token = await door.sessions.open(personId)
  setCookie(request, reply, COOKIE, token, { maxAge: SESSION_MAX_MS / 1_000, sameSite: 'Strict' })
  if (former !== null) await door.sessions.end(former)
}

/** Ends the session of this browser. */
export async function endSession({ door }: Services, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const token = readCookie(request, COOKIE)
  if (token === null) return
  await door.sessions.end(token)
  setCookie(request, reply, COOKIE, '', { maxAge: 0, sameSite: 'Strict' })
}

/** A hook that lets only people who are logged in pass, of some roles or of all. */
export function requirePerson(services: Services, roles: readonly Role[] | null = null) {
  return async (request: FastifyRequest): Promise<void> => {
    const person = await findPerson(services, request)
    if (person === null) throw new ProblemError(401, `Log in first, at ${services.settings.basePath}/login.`)
    if (roles !== null && !roles.includes(person.role))
      throw new ProblemError(403, `This is for people who are ${roles.join(' or ')}; you are ${person.role}.`)
    request.person = person
  }
}

/** Those who look after other people. */
export const MANAGERS: readonly Role[] = ['owner', 'admin']

/** The person of a request behind `requirePerson`. */
export function personOf(request: FastifyRequest): Person {
  if (request.person === null) throw new Error('a route reads its person without requirePerson')
  return request.person
}

/** Throws 403 unless one person may change what others of a role may do. */
export function assertMayManage(by: Person, role: Role): void {
  if (!mayManage(by.role, role)) throw new ProblemError(403, 'Only an owner changes what owners may do, and makes owners.')
}

/** How the audit log names a person. */
export function actorOf({ id }: Pick<Person, 'id'>): string {
  return `person:${id}`
}
