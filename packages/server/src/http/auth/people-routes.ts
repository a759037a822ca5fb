import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { parseEmail, PROJECT_ROLES, type Person, type ProjectRole } from '../../people/person.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { Email, PersonAnswer, ServerRole, toPersonAnswer } from './login-answers.ts'
import { actorOf, assertMayManage, MANAGERS, personOf, requirePerson } from './session.ts'

const PersonId = Type.Integer({ minimum: 1, description: 'Of the person, as the list has it.' })
const LAST_OWNER = 'This is the last owner, or there is no such person. Make another owner first.'

/** `/api/v1/people`: who may log in, for owners and admins. */
export const peopleRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { people, audit, sessions } = services.door
    const onRequest = requirePerson(services, MANAGERS)
    const about = { tags: ['People'], security: [{ session: [] }] }
    const Linked = Type.Object({ person: PersonAnswer, link: Type.String({ description: 'Path with a token, after the address of this server. It is shown this once.' }) })

    const answer = async (person: Person) => toPersonAnswer(person, await services.registry.projects())
    const issue = async (person: Person) => `${services.settings.basePath}/welcome#${await services.door.links.issue(person.id, toLinkMs(person))}`
    /** The person whom a manager may change. */
    const find = async (by: Person, id: number): Promise<Person> => {
      const person = await people.find(id)
      if (person === null) throw new ProblemError(404, 'There is no such person.')
      assertMayManage(by, person.role)
      return person
    }
    const again = async (id: number): Promise<Person> => {
      const person = await people.find(id)
      if (person === null) throw new ProblemError(404, 'There is no such person any more.')
      return person
    }

    app.get(
      '/api/v1/people',
      { onRequest, schema: { ...about, operationId: 'people', summary: 'Who may log in', response: { 200: Type.Object({ people: Type.Array(PersonAnswer) }), ...problemsOf(401, 403) } } },
      async () => {
        const projects = await services.registry.projects()
        return { people: (await people.list()).map((person) => toPersonAnswer(person, projects)) }
      },
    )

    app.post(
      '/api/v1/people',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'invite',
          summary: 'Invite somebody',
          description: 'Answers with the link by which they choose a password. It works once, and for a day.',
          body: Type.Object({ email: Email, role: ServerRole }, { additionalProperties: false }),
          response: { 200: Linked, ...problemsOf(400, 401, 403, 409, 422) },
        },
      },
      async (request) => {
        const by = personOf(request)
        const { role } = request.body
        const email = parseEmail(request.body.email)
        if (email === null) throw new ProblemError(422, 'This is no e-mail address.')
        assertMayManage(by, role)
        const person = await people.create({ email, role, passwordHash: null })
        if (person === null) throw new ProblemError(409, 'There is somebody with this e-mail address already.')
        await audit.append({ actor: actorOf(by), action: 'person-invited', subject: `person:${person.id} ${email} as ${role}` })
        return { person: await answer(person), link: await issue(person) }
      },
    )

    app.post(
      '/api/v1/people/link',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'issueLink',
          summary: 'Another link for somebody to choose a password',
          description: 'It works once: for a day where they have none yet, else for 30 minutes. Their old password works until then.',
          body: Type.Object(
            { person: PersonId, codesOff: Type.Optional(Type.Boolean({ description: 'Take their codes away too, for someone who lost the app.' })) },
            { additionalProperties: false },
          ),
          response: { 200: Linked, ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const by = personOf(request)
        const person = await find(by, request.body.person)
        const link = await issue(person)
        await audit.append({ actor: actorOf(by), action: 'link-issued', subject: `person:${person.id}` })
        if (request.body.codesOff === true && person.hasTotp) {
          await people.setTotp(person.id, null)
          await sessions.endAll(person.id)
          await audit.append({ actor: actorOf(by), action: 'codes-off', subject: `person:${person.id}` })
        }
        return { person: await answer(await again(person.id)), link }
      },
    )

    app.put(
      '/api/v1/people/role',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'changeRole',
          summary: 'Change what somebody may do',
          body: Type.Object({ person: PersonId, role: ServerRole }, { additionalProperties: false }),
          response: { 200: PersonAnswer, ...problemsOf(400, 401, 403, 404, 409) },
        },
      },
      async (request) => {
        const by = personOf(request)
        const { role } = request.body
        const person = await find(by, request.body.person)
        assertMayManage(by, role)
        if (!(await people.changeRole(person.id, role))) throw new ProblemError(409, LAST_OWNER)
        await audit.append({ actor: actorOf(by), action: 'role-changed', subject: `person:${person.id} from ${person.role} to ${role}` })
        return answer(await again(person.id))
      },
    )

    app.put(
      '/api/v1/people/grant',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'grant',
          summary: 'Let somebody into a project, or out of it',
          body: Type.Object(
            { person: PersonId, project: Type.String({ maxLength: 64, description: 'Id of the project.' }), role: Type.Unsafe<ProjectRole | null>({ type: ['string', 'null'], enum: [...PROJECT_ROLES, null] }) },
            { additionalProperties: false },
          ),
          response: { 200: PersonAnswer, ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const by = personOf(request)
        const { role } = request.body
        const person = await find(by, request.body.person)
        const project = await services.registry.projectByPublicId(request.body.project)
        if (project === null) throw new ProblemError(404, 'There is no such project.')
        await people.grant(person.id, project.id, role)
        await audit.append({ actor: actorOf(by), action: 'grant-changed', subject: `person:${person.id} ${role ?? 'none'}`, projectId: project.id })
        return answer(await again(person.id))
      },
    )

    app.delete(
      '/api/v1/people',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'removePerson',
          summary: 'Remove somebody',
          description: 'Ends their sessions and links at once.',
          querystring: Type.Object({ person: PersonId }, { additionalProperties: false }),
          response: { 200: Type.Object({ removed: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404, 409) },
        },
      },
      async (request) => {
        const by = personOf(request)
        const person = await find(by, request.query.person)
        if (!(await people.remove(person.id))) throw new ProblemError(409, LAST_OWNER)
        await audit.append({ actor: actorOf(by), action: 'person-removed', subject: `person:${person.id} ${person.email}` })
        return { removed: true as const }
      },
    )
  }

const HOUR_MS = 3_600_000

/** How long a link works: one that opens an account that is in use, for less long. */
function toLinkMs({ hasPassword }: Person): number {
  return hasPassword ? HOUR_MS / 2 : 24 * HOUR_MS
}
