import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toQrImage } from '../../people/qr-image.ts'
import { createTotpSecret, findTotpStep, fromBase32, toBase32, toTotpUrl } from '../../people/totp.ts'
import { ProblemError } from '../problem.ts'
import { readProjectUses } from '../project-uses.ts'
import { Nullable, problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { assertIn, assertPassword, MeAnswer, Password, PersonAnswer, toPersonAnswer } from './login-answers.ts'
import { actorOf, beginSession, personOf, requirePerson } from './session.ts'

/** `/api/v1/me`: who is logged in, and how they log in. */
export const meRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { people, passwords, sessions, audit, logIn } = services.door
    const onRequest = requirePerson(services)
    const about = { tags: ['People'], security: [{ session: [] }] }

    app.get(
      '/api/v1/me',
      { onRequest, schema: { ...about, operationId: 'me', summary: 'Who is logged in, and what they see', response: { 200: MeAnswer, ...problemsOf(401) } } },
      async (request) => {
        const [projects, uses] = await Promise.all([services.registry.projects(), readProjectUses(services)])
        const removals = new Map(projects.map(({ id, publicId }) => [publicId, uses.get(id)?.removedAt ?? null]))
        const me = toPersonAnswer(personOf(request), projects)
        return { ...me, projects: me.projects.map((project) => ({ ...project, removedAt: removals.get(project.id) ?? null })) }
      },
    )

    app.put(
      '/api/v1/me/password',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'changePassword',
          summary: 'Change the password',
          description: 'Ends all other sessions of the person.',
          body: Type.Object({ current: Password, password: Password }, { additionalProperties: false }),
          response: { 200: Type.Object({ loggedIn: Type.Literal(true) }), ...problemsOf(400, 401, 403, 422, 429) },
        },
      },
      async (request, reply) => {
        const person = personOf(request)
        const { current, password } = request.body
        assertIn(await logIn.confirm(person, current), services.log)
        await assertPassword(password, person.email)
        await people.setPassword(person.id, await passwords.hash(password))
        await sessions.endAll(person.id)
        await audit.append({ actor: actorOf(person), action: 'password-chosen', subject: `from ${request.ip}` })
        await beginSession(services, request, reply, person.id)
        return { loggedIn: true as const }
      },
    )

    app.post(
      '/api/v1/me/codes',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'proposeCodes',
          summary: 'A secret for an authenticator app',
          description: 'Nothing changes until a code made with it comes back.',
          response: {
            200: Type.Object({
              secret: Type.String(),
              url: Type.String({ description: 'What the app reads.' }),
              image: Type.String({ description: 'The same as a QR code: a `data:` address of an SVG image.' }),
            }),
            ...problemsOf(401),
          },
        },
      },
      async (request) => {
        const secret = createTotpSecret()
        const url = toTotpUrl(secret, personOf(request).email)
        return { secret: toBase32(secret), url, image: toQrImage(url) }
      },
    )

    app.put(
      '/api/v1/me/codes',
      {
        onRequest,
        schema: {
          ...about,
          operationId: 'changeCodes',
          summary: 'Let a login take a code as well, or no longer',
          description: 'Ends all other sessions of the person.',
          body: Type.Object(
            {
              password: Password,
              secret: Nullable(Type.String({ pattern: '^[A-Z2-7]{32}$', description: 'The proposed one; null for no codes.' })),
              code: Type.Optional(Type.String({ maxLength: 16, description: 'What the app shows, to see that it has the secret.' })),
            },
            { additionalProperties: false },
          ),
          response: { 200: PersonAnswer, ...problemsOf(400, 401, 403, 422, 429) },
        },
      },
      async (request, reply) => {
        const person = personOf(request)
        const { password, secret: text, code = '' } = request.body
        assertIn(await logIn.confirm(person, password), services.log)
        const secret = text === null ? null : fromBase32(text)
        const step = secret === null ? null : findTotpStep(secret, code, services.now())
        if (secret !== null && step === null) throw new ProblemError(422, 'This is not the code of this secret at this time. See that the clocks of both machines are right.')
        await people.setTotp(person.id, secret)
        if (step !== null) await people.useTotpStep(person.id, step)
        await sessions.endAll(person.id)
        await audit.append({ actor: actorOf(person), action: secret === null ? 'codes-off' : 'codes-on', subject: `from ${request.ip}` })
        await beginSession(services, request, reply, person.id)
        return toPersonAnswer({ ...person, hasTotp: secret !== null }, await services.registry.projects())
      },
    )
  }
