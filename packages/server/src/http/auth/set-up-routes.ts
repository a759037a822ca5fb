import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { parseEmail } from '../../people/person.ts'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { assertPassword, Email, Password, Token } from './login-answers.ts'
import { guardLogin } from './login-routes.ts'
import { beginSession } from './session.ts'

const ENDED = 'This link does not work any more. Links work once, and for a limited time.'

/** What links lead to: `/api/v1/setup` makes the first owner, `/api/v1/password` chooses a password. */
export const setUpRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { links, passwords, people, audit } = services.door

    app.post(
      '/api/v1/setup',
      {
        onRequest: guardLogin,
        schema: {
          operationId: 'setUp',
          summary: 'Become the first owner, by the link that the server printed',
          tags: ['People'],
          body: Type.Object({ token: Token, email: Email, password: Password }, { additionalProperties: false }),
          response: { 200: Type.Object({ loggedIn: Type.Literal(true) }), ...problemsOf(400, 403, 410, 422) },
        },
      },
      async (request, reply) => {
        const { token, password } = request.body
        const email = parseEmail(request.body.email)
        if (email === null) throw new ProblemError(422, 'This is no e-mail address.')
        // Before the work of hashing, which costs us more than it costs to ask for it.
        if (!(await links.isSetUp(token))) throw new ProblemError(410, `${ENDED} While nobody can log in, a start of the server prints a new one.`)
        await assertPassword(password, email)
        const id = await links.useSetUp(token, { email, role: 'owner', passwordHash: await passwords.hash(password) })
        if (id === null) throw new ProblemError(410, `${ENDED} Somebody has set up this server already.`)
        await audit.append({ actor: `person:${id}`, action: 'set-up', subject: `${email} from ${request.ip}` })
        await beginSession(services, request, reply, id)
        return { loggedIn: true as const }
      },
    )

    app.post(
      '/api/v1/password',
      {
        onRequest: guardLogin,
        schema: {
          operationId: 'choosePassword',
          summary: 'Choose a password, by the link of an invitation',
          description: 'Ends all sessions of the person, who then logs in.',
          tags: ['People'],
          body: Type.Object({ token: Token, password: Password }, { additionalProperties: false }),
          response: { 200: Type.Object({ email: Type.String() }), ...problemsOf(400, 403, 410, 422) },
        },
      },
      async (request) => {
        const { token, password } = request.body
        const id = await links.find(token)
        const person = id === null ? null : await people.find(id)
        if (person === null) throw new ProblemError(410, `${ENDED} Ask for another one.`)
        await assertPassword(password, person.email)
        if ((await links.use(token, await passwords.hash(password))) === null) throw new ProblemError(410, `${ENDED} Ask for another one.`)
        await audit.append({ actor: `person:${person.id}`, action: 'password-chosen', subject: `by a link, from ${request.ip}` })
        return { email: person.email }
      },
    )
  }
