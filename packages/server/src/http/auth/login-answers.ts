import { Type, type Static } from '@fastify/type-provider-typebox'
import type { Log } from '../../log/log.ts'
import { refusePassword } from '../../people/check-password.ts'
import { roleOn, ROLES, PROJECT_ROLES, type Person } from '../../people/person.ts'
import type { LoginOutcome } from '../../people/log-in.ts'
import type { Project } from '../../registry/registry.ts'
import { ProblemError } from '../problem.ts'
import { ProjectUseMembers } from '../project-uses.ts'
import { toRetryAfter } from '../retry-after.ts'
import { Instant, Nullable, OneOf } from '../schemas.ts'

export const Email = Type.String({ maxLength: 254, description: 'E-mail address.' })
export const Password = Type.String({ maxLength: 1_024 })
export const Token = Type.String({ maxLength: 128, description: 'What follows # in the link.' })
export const ServerRole = OneOf(ROLES, 'Owners and admins reach every project; members and viewers those that they were let into, and viewers only look.')
const GrantedRole = OneOf(PROJECT_ROLES, 'What the person may do in the project.')

export const PersonAnswer = Type.Object({
  id: Type.Integer(),
  email: Type.String(),
  role: ServerRole,
  hasPassword: Type.Boolean(),
  hasCodes: Type.Boolean({ description: 'Whether a login takes a code as well.' }),
  createdAt: Instant('When the person was invited.'),
  lastLoginAt: Nullable(Instant('The last login.')),
  projects: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), role: GrantedRole }), { description: 'What the person sees.' }),
})

/** Of who asks for themselves. */
export const MeAnswer = Type.Object({
  ...PersonAnswer.properties,
  projects: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), role: GrantedRole, removedAt: ProjectUseMembers.removedAt }), { description: 'What you see.' }),
})

/** @param projects - those that there are */
export function toPersonAnswer(person: Person, projects: readonly Project[]): Static<typeof PersonAnswer> {
  const { id, email, role, hasPassword, hasTotp, createdAt, lastLoginAt } = person
  const reached = projects.flatMap((project) => {
    const role = roleOn(person, project.id)
    return role === null ? [] : [{ id: project.publicId, name: project.name, role }]
  })
  return { id, email, role, hasPassword, hasCodes: hasTotp, createdAt, lastLoginAt, projects: reached }
}

/** Throws what a refused password is told, 401 or 429. */
export function assertIn<Outcome extends LoginOutcome>(outcome: Outcome, log: Log): asserts outcome is Extract<Outcome, { kind: 'in' | 'code' }> {
  if (outcome.kind === 'wait')
    throw new ProblemError(429, 'This was tried too often. Wait, then try again.', { 'retry-after': toRetryAfter(outcome.waitMs) })
  if (outcome.kind === 'wrong') {
    outcome.written.catch((error: unknown) => log.warn('could not write into the audit log that a login was refused', { error }))
    throw new ProblemError(401, 'The e-mail address, the password or the code is wrong.')
  }
}

/** Throws 422 for a password that cannot be chosen. */
export async function assertPassword(password: string, email: string): Promise<void> {
  const refusal = await refusePassword(password, email)
  if (refusal !== null) throw new ProblemError(422, refusal)
}
