import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { OpenId, OpenIdCheck } from '../../people/open-id.ts'
import { ProblemError } from '../problem.ts'
import type { Services } from '../services.ts'
import { assertPrivate, readCookie, setCookie } from './cookies.ts'
import { assertSameOrigin } from './same-origin.ts'
import { actorOf, beginSession, endSession, findPerson } from './session.ts'

/** Holds what a login is recognised by while the browser is at the provider. */
const COOKIE = 'wayside-oidc'
const LOGIN_SECONDS = 600
const MAX_LOGOUT_BYTES = 16 * 1_024

/** `/oidc/…`: logging in with a provider of OpenID Connect, and being logged out by it. */
export const oidcRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { openId, identities, people, audit } = services.door
    const { basePath, oidc } = services.settings
    if (openId === null) return
    /** A client that was registered for one address is sent back there alone. */
    const publicUrl = oidc?.client.kind === 'registered' ? oidc.client.publicUrl : null
    const addressOf = (request: FastifyRequest, path: string) => `${publicUrl ?? `${request.protocol}://${request.host}${basePath}`}${path}`
    const redirectUri = (request: FastifyRequest) => addressOf(request, '/oidc/callback')

    app.get('/oidc/login', { onRequest: async (request) => assertPrivate(request), schema: { hide: true } }, async (request, reply) => {
      const { url, check } = await openId.begin(redirectUri(request)).catch((cause: unknown) => {
        services.log.warn('the OpenID Connect provider did not answer', { error: cause })
        throw new ProblemError(503, 'The provider does not answer at present. Try again, or log in with a password.', {}, { cause })
      })
      // Lax: it has to come along when the provider sends the browser back.
      setCookie(request, reply, COOKIE, Buffer.from(JSON.stringify(check)).toString('base64url'), { maxAge: LOGIN_SECONDS, sameSite: 'Lax' })
      return reply.redirect(url)
    })

    app.get('/oidc/callback', { onRequest: async (request) => assertPrivate(request), schema: { hide: true } }, async (request, reply) => {
      const check = parseCheck(readCookie(request, COOKIE))
      setCookie(request, reply, COOKIE, '', { maxAge: 0, sameSite: 'Lax' })
      if (check === null) throw new ProblemError(400, `This login did not begin in this browser, or took too long. Begin again at ${publicUrl ?? basePath}/login.`)
      const { search } = new URL(request.url, 'http://localhost')
      const claims = await openId.finish(new URL(`${redirectUri(request)}${search}`), check).catch((cause: unknown) => {
        services.log.info('a login with the OpenID Connect provider failed', { error: cause })
        throw new ProblemError(403, `The provider did not let you in. Begin again at ${basePath}/login.`, {}, { cause })
      })
      const person = await identities.admit(claims)
      if (person === null) throw new ProblemError(403, 'The provider knows you, and this server does not: ask somebody who looks after people here to invite you.')
      await people.touchLogin(person.id)
      await audit.append({ actor: `person:${person.id}`, action: 'login', subject: `from ${request.ip}, by ${claims.issuer}` })
      await beginSession(services, request, reply, person.id)
      return reply.redirect(`${basePath}/account`)
    })

    const noBody = Type.Object({}, { additionalProperties: false })
    app.post('/oidc/end', { onRequest: async (request) => assertSameOrigin(request), schema: { hide: true, body: noBody } }, async (request, reply) => {
      const person = await findPerson(services, request)
      await endSession(services, request, reply)
      if (person !== null) await audit.append({ actor: actorOf(person), action: 'logout', subject: `from ${request.ip}, and of the provider` })
      const login = addressOf(request, '/login')
      // Here the session has ended, whatever the provider does.
      const atProvider = await openId.end(login).catch((error: unknown) => {
        services.log.warn('the OpenID Connect provider did not answer', { error })
        return null
      })
      return { continueAt: atProvider ?? login }
    })

    await app.register(logoutRoute(services, openId))
  }

/** The provider's server calls this, with a token that it has signed: no cookie comes along, and none is needed. */
const logoutRoute =
  ({ door: { identities, sessions, audit } }: Services, openId: OpenId): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: MAX_LOGOUT_BYTES }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    const schema = { hide: true, body: Type.Object({ logout_token: Type.String({ maxLength: MAX_LOGOUT_BYTES }) }) }
    app.post('/oidc/logout', { schema }, async (request) => {
      const { issuer, subject } = await openId.readLogout(request.body.logout_token).catch((cause: unknown) => {
        throw new ProblemError(400, 'This is no logout token of the provider for this server.', {}, { cause })
      })
      const id = await identities.find(issuer, subject)
      if (id === null) return {}
      await sessions.endAll(id)
      await audit.append({ actor: `person:${id}`, action: 'logout-everywhere', subject: `by ${issuer}` })
      return {}
    })
  }

function parseCheck(text: string | null): OpenIdCheck | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text ?? '', 'base64url').toString())
    if (typeof value !== 'object' || value === null) return null
    const { state, nonce, verifier } = { state: null, nonce: null, verifier: null, ...value }
    return typeof state === 'string' && typeof nonce === 'string' && typeof verifier === 'string' ? { state, nonce, verifier } : null
  } catch {
    return null
  }
}
