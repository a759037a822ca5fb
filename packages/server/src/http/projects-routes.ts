import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Role } from '../people/person.ts'
import { isProjectName, MAX_RETENTION_DAYS, PROJECT_NAME_RULE, toTimeZone } from '../registry/project-input.ts'
import { NameTaken, type Project } from '../registry/registry.ts'
import { MAY_ADMINISTER, principalOf, requireKey } from './authorize.ts'
import { projectsOf } from './auth/choose-project.ts'
import { actorOf, personOf, requirePerson } from './auth/session.ts'
import { ProblemError } from './problem.ts'
import { ProjectUseMembers, readProjectUses } from './project-uses.ts'
import { Instant, Nullable, problemsOf } from './schemas.ts'
import type { Services } from './services.ts'

/** A member who makes a project administers it. */
const MAKERS: readonly Role[] = ['owner', 'admin', 'member']

const Days = (description: string) => Nullable(Type.Integer({ minimum: 1, maximum: MAX_RETENTION_DAYS, description }))
const settings = {
  name: Type.String({ description: `${PROJECT_NAME_RULE}.` }),
  privacyFloor: Type.Unsafe<0 | 1 | 2>({ type: 'integer', enum: [0, 1, 2], description: 'The least privacy level that is stored.' }),
  timeZone: Type.String({ maxLength: 64, description: 'IANA name of the zone that days begin in.' }),
  eventDays: Days('Days that requests are listed. Afterwards path, address, user agent, error message, stacks and tags are removed, and what figures are made of stays. null: as long as it stays.'),
  rollupDays: Days('Days that figures tell of requests, at least `eventDays`. Afterwards nothing of them is left. null: as long as the project.'),
}
const ProjectAnswer = Type.Object({ id: Type.String(), ...settings, createdAt: Instant('When it was made.') })
const ListedProject = Type.Object({ ...ProjectAnswer.properties, ...ProjectUseMembers })

/** `/api/v1/projects`, those that a person sees, and the settings of one. */
export const projectsRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { registry, authenticator, door } = services

    app.get(
      '/api/v1/projects',
      {
        onRequest: requirePerson(services),
        schema: {
          operationId: 'projects',
          summary: 'The projects that you see',
          tags: ['Project'],
          security: [{ session: [] }],
          response: { 200: Type.Object({ projects: Type.Array(ListedProject) }), ...problemsOf(401) },
        },
      },
      async (request) => {
        const uses = await readProjectUses(services)
        const projects = (await projectsOf(services, personOf(request))).map((project) => ({ ...toAnswer(project), ...(uses.get(project.id) ?? { usedAt: project.createdAt, removedAt: null }) }))
        return { projects }
      },
    )

    app.post(
      '/api/v1/projects',
      {
        onRequest: requirePerson(services, MAKERS),
        schema: {
          operationId: 'createProject',
          summary: 'Make a project',
          tags: ['Project'],
          security: [{ session: [] }],
          body: Type.Object({ ...Type.Partial(Type.Object(settings)).properties, name: settings.name }, { additionalProperties: false }),
          response: { 200: ProjectAnswer, ...problemsOf(400, 401, 403, 409, 422) },
        },
      },
      async (request) => {
        const person = personOf(request)
        const project = await named(() => registry.createProject(checked(request.body)))
        if (person.role === 'member') await door.people.grant(person.id, project.id, 'admin')
        await door.audit.append({ actor: actorOf(person), action: 'project-created', subject: project.name, projectId: project.id })
        return toAnswer(project)
      },
    )

    app.patch(
      '/api/v1/project',
      {
        onRequest: requireKey(services, MAY_ADMINISTER),
        schema: {
          operationId: 'changeProject',
          summary: 'Change settings of the project',
          description: 'What is left out stays. They hold within 10 seconds, for what comes from then on.',
          tags: ['Project'],
          security: [{ key: [] }],
          body: Type.Partial(Type.Object(settings), { additionalProperties: false }),
          response: { 200: ProjectAnswer, ...problemsOf(400, 401, 403, 404, 409, 422) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const changes = checked(request.body)
        const changed = await named(() => registry.changeProject(project.id, changes))
        if (changed === null) throw new ProblemError(404, 'There is no such project any more.')
        authenticator.forget()
        await door.audit.append({ actor: keyId, action: 'project-changed', subject: JSON.stringify(changes), projectId: project.id })
        return toAnswer(changed)
      },
    )
  }

/** What a schema cannot say of a name and a zone. Throws 422. */
function checked<Input extends { readonly name?: string; readonly timeZone?: string }>(input: Input): Input {
  const { name, timeZone } = input
  if (name !== undefined && !isProjectName(name)) throw new ProblemError(422, `The name must have ${PROJECT_NAME_RULE}.`)
  if (timeZone === undefined) return input
  const zone = toTimeZone(timeZone)
  if (zone === null) throw new ProblemError(422, 'The time zone must be an IANA name such as Europe/Berlin.')
  return { ...input, timeZone: zone }
}

async function named<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof NameTaken) throw new ProblemError(409, 'There is already a project of this name.', {}, { cause })
    throw cause
  }
}

function toAnswer({ publicId, name, privacyFloor, timeZone, eventDays, rollupDays, createdAt }: Project) {
  return { id: publicId, name, privacyFloor, timeZone, eventDays, rollupDays, createdAt }
}
