/** What a person may do on this server. */
export const ROLES = ['owner', 'admin', 'member', 'viewer'] as const
export type Role = (typeof ROLES)[number]

/** What a person may do in one project, from the most to the least. */
export const PROJECT_ROLES = ['admin', 'member', 'viewer'] as const
export type ProjectRole = (typeof PROJECT_ROLES)[number]

/** Who logs in. */
export interface Person {
  /** Never given again. */
  readonly id: number
  /** In lower case; names the person at login. */
  readonly email: string
  readonly role: Role
  /** Roles by the ids of projects. */
  readonly grants: ReadonlyMap<number, ProjectRole>
  readonly hasPassword: boolean
  /** Whether a login takes a code as well. */
  readonly hasTotp: boolean
  /** Milliseconds since 1970, as all instants here. */
  readonly createdAt: number
  readonly lastLoginAt: number | null
}

/**
 * What a person may do in a project, `null` for one that they do not see. Owners and admins reach every project; members
 * and viewers those that they were granted, and viewers only look.
 */
export function roleOn({ role, grants }: Pick<Person, 'role' | 'grants'>, projectId: number): ProjectRole | null {
  switch (role) {
    case 'owner':
    case 'admin':
      return 'admin'
    case 'member':
      return grants.get(projectId) ?? null
    case 'viewer':
      return grants.has(projectId) ? 'viewer' : null
  }
}

/** Whether a role is another one or more than it. */
export function isAtLeast(role: ProjectRole, needed: ProjectRole): boolean {
  return PROJECT_ROLES.indexOf(role) <= PROJECT_ROLES.indexOf(needed)
}

/** Whether someone may change what another person, or someone who is to get a role, may do. Owners are for owners. */
export function mayManage(by: Role, role: Role): boolean {
  return by === 'owner' || (by === 'admin' && role !== 'owner')
}

const MAX_EMAIL_LENGTH = 254

/** An e-mail address as it is kept, `null` for what cannot be one. */
export function parseEmail(text: string): string | null {
  const email = text.trim().toLowerCase()
  return email.length <= MAX_EMAIL_LENGTH && /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u.test(email) ? email : null
}
