import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { assertPrivate } from './cookies.ts'
import { assertIn, Email, Password } from './login-answers.ts'
import { assertSameOrigin } from './same-origin.ts'
import { actorOf, beginSession, endSession, findPerson } from './session.ts'

/** What a hook of a route does that takes a password and begins a session. */
export async function guardLogin(request: FastifyRequest): Promise<void> {
  assertPrivate(request)
  assertSameOrigin(request)
}

/** `/api/v1/login` and `/api/v1/logout`. */
export const loginRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/login',
      {
        schema: {
          operationId: 'waysToLogIn',
          summary: 'How one logs in here',
          tags: ['People'],
          response: {
            200: Type.Object({
              people: Type.Boolean({ description: 'Whether there is anybody who may: without, the server knows keys alone.' }),
              loggedIn: Type.Boolean({ description: 'Whether this browser is.' }),
            }),
          },
        },
      },
      async (request) => ({
        people: !(await services.door.people.isEmpty()),
        loggedIn: (await findPerson(services, request)) !== null,
      }),
    )

    app.post(
      '/api/v1/login',
      {
        onRequest: guardLogin,
        schema: {
          operationId: 'logIn',
          summary: 'Log in',
          description: 'Sets the cookie of a session, which ends after 8 hours without use and after 7 days. From a browser on this server; programs use keys.',
          tags: ['People'],
          body: Type.Object(
            { email: Email, password: Password, code: Type.Optional(Type.String({ maxLength: 16, description: 'Of the authenticator app.' })) },
            { additionalProperties: false },
          ),
          response: {
            200: Type.Object({ loggedIn: Type.Boolean({ description: 'False when a code is needed too: send all three.' }) }),
            ...problemsOf(400, 401, 403, 429),
          },
        },
      },
      async (request, reply) => {
        const { email, password, code = null } = request.body
        const outcome = await services.door.logIn.check({ email, password, code, address: request.ip })
        assertIn(outcome, services.log)
        if (outcome.kind === 'code') return { loggedIn: false }
        await beginSession(services, request, reply, outcome.person.id)
        return { loggedIn: true }
      },
    )

    app.post(
      '/api/v1/logout',
      {
        schema: {
          operationId: 'logOut',
          summary: 'Log out here, or everywhere',
          tags: ['People'],
          body: Type.Object({ everywhere: Type.Optional(Type.Boolean({ description: 'End all sessions of this person.' })) }, { additionalProperties: false }),
          response: { 200: Type.Object({ loggedIn: Type.Literal(false) }), ...problemsOf(403) },
        },
      },
      async (request, reply) => {
        const person = await findPerson(services, request)
        const { everywhere = false } = request.body
        await endSession(services, request, reply)
        if (person !== null) {
          if (everywhere) await services.door.sessions.endAll(person.id)
          await services.door.audit.append({ actor: actorOf(person), action: everywhere ? 'logout-everywhere' : 'logout', subject: `from ${request.ip}` })
        }
        return { loggedIn: false as const }
      },
    )
  }
