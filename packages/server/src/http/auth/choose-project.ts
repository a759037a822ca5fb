import type { FastifyRequest } from 'fastify'
import { isAtLeast, roleOn, type Person, type ProjectRole } from '../../people/person.ts'
import type { Principal, Project } from '../../registry/registry.ts'
import { ProblemError } from '../problem.ts'
import type { Services } from '../services.ts'
import { actorOf } from './session.ts'

/**
 * Who a person speaks for in a request: the project that it names in the header `x-wayside-project` or the parameter
 * `project`, else the only one that they see. Throws 403 or 404 where they may not.
 */
export async function toPrincipal(services: Services, request: FastifyRequest, person: Person, needed: ProjectRole): Promise<Principal> {
  const named = takeName(request)
  const project = named === null ? await onlyProject(services, person) : await services.registry.projectByPublicId(named)
  const role = project === null ? null : roleOn(person, project.id)
  // A project that somebody may not see is one that is not there.
  if (project === null || role === null) throw new ProblemError(404, 'There is no such project, or you have not been let into it. GET /api/v1/projects lists yours.')
  if (!isAtLeast(role, needed)) throw new ProblemError(403, `This needs the role ${needed} in the project; yours is ${role}.`)
  services.visits.note(project.id, services.now())
  return { keyId: actorOf(person), project, kind: role === 'admin' ? 'admin' : 'read', role }
}

/** The projects that a person sees. */
export async function projectsOf({ registry }: Services, person: Person): Promise<readonly Project[]> {
  return (await registry.projects()).filter(({ id }) => roleOn(person, id) !== null)
}

async function onlyProject(services: Services, person: Person): Promise<Project | null> {
  const [project, another] = await projectsOf(services, person)
  if (another === undefined) return project ?? null
  throw new ProblemError(400, 'Name the project, by its id, in the header "x-wayside-project" or the parameter "project". GET /api/v1/projects lists yours.')
}

/** The parameter is for links and downloads, which send no headers. It is taken out: routes do not know it. */
function takeName(request: FastifyRequest): string | null {
  const { project, ...rest } = { ...(request.query as Readonly<Record<string, unknown>>) }
  const header = request.headers['x-wayside-project']
  if (project !== undefined) request.query = rest
  const name = header ?? project
  return typeof name === 'string' ? name : null
}
