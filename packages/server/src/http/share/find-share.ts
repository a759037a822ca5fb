import { timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Project } from '../../registry/registry.ts'
import type { KeptShare } from '../../registry/shares.ts'
import { bearerKey } from '../authorize.ts'
import { ProblemError } from '../problem.ts'
import type { Services } from '../services.ts'

export interface FoundShare {
  readonly share: KeptShare
  readonly project: Project
}

const CHALLENGE = { 'www-authenticate': 'Bearer realm="wayside shared"' }

/** The link whose token a request carries. Throws 401 alike for one that is unknown, revoked or expired. */
export async function findShare({ registry, shares, visits, now }: Services, request: FastifyRequest): Promise<FoundShare> {
  const token = bearerKey(request)
  const share = token === null ? null : await shares.find(token)
  const project = share === null ? undefined : (await registry.projects()).find(({ id }) => id === share.projectId)
  if (share === null || project === undefined) throw new ProblemError(401, 'There is no such shared link, or no longer: ask whoever gave it to you for another.', CHALLENGE)
  visits.note(project.id, now())
  return { share, project }
}

/** Throws 401 where the link has a password and the request does not carry what giving it is answered with. */
export function requirePass({ shares }: Services, request: FastifyRequest, share: KeptShare): void {
  if (share.passwordHash === null) return
  const given = Buffer.from(String(request.headers['x-wayside-pass'] ?? ''))
  const wanted = Buffer.from(shares.passOf(share))
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new ProblemError(401, 'This link has a password. `POST /api/v1/shared/open` takes it and answers with a pass, which goes in the header "x-wayside-pass".', CHALLENGE)
}
