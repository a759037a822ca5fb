import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ChannelKind, ChannelsList } from '@wayside/protocol'
import { parseEmail } from '../../people/person.ts'
import { TooManyChannels } from '../../registry/channels.ts'
import { MAY_ADMINISTER, MAY_READ, MAY_WATCH, may, principalOf, requireKey } from '../authorize.ts'
import { ProblemError, quote } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { createThrottle } from '../throttle.ts'
import { ChannelBody, ChannelsAnswer, NewChannelAnswer } from './alert-schemas.ts'

const NOT_THERE = 'The project has no channel with this id. `GET /api/v1/channels` lists them.'
const TESTS_PER_MINUTE = 10
const ById = Type.Object({ id: Type.String({ maxLength: 64, description: 'Id of a channel.' }) }, { additionalProperties: false })

/** `/api/v1/channels` and `/api/v1/channel`: where alerts are told. */
export const channelsRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { channels } = services.alerting
    const { door, now } = services
    const about = { tags: ['Alerts'], security: [{ key: [] }] }
    const throttle = createThrottle({ perSecond: TESTS_PER_MINUTE / 60, burst: TESTS_PER_MINUTE, monotonicMs: services.monotonicMs })

    app.get(
      '/api/v1/channels',
      { onRequest: requireKey(services, MAY_READ), schema: { ...about, operationId: 'channels', summary: 'Where alerts of the project are told', response: { 200: ChannelsAnswer, ...problemsOf(401, 403) } } },
      async (request): Promise<ChannelsList> => {
        const principal = principalOf(request)
        const mayWatch = may(principal, MAY_WATCH)
        return { canMail: services.settings.mail !== null, mayWatch, mayChange: may(principal, MAY_ADMINISTER), channels: mayWatch ? [...(await channels.list(principal.project.id))] : [] }
      },
    )

    app.post(
      '/api/v1/channels',
      {
        onRequest: requireKey(services, MAY_ADMINISTER),
        schema: {
          ...about,
          operationId: 'createChannel',
          summary: 'Have alerts told by e-mail, by a webhook or in Slack',
          description: 'Incidents of uptime monitors are told to every channel, alerts to those that their rules name. A webhook is signed: the answer holds its secret, once. Private addresses are not connected to, unless the operator has opened them with --private-targets.',
          body: ChannelBody,
          response: { 200: NewChannelAnswer, ...problemsOf(400, 401, 403, 409) },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { kind, name, address } = request.body
        const made = await channels.create(project.id, { kind, name, address: checked(kind, address, services) }).catch(refuseTooMany)
        await door.audit.append({ actor: keyId, action: 'channel-created', subject: `${kind} ${name}`, projectId: project.id })
        const channel = (await channels.list(project.id)).find(({ id }) => id === made.id)
        if (channel === undefined) throw new ProblemError(404, NOT_THERE)
        return { ...channel, secret: kind === 'webhook' ? made.secret : null }
      },
    )

    app.delete(
      '/api/v1/channel',
      {
        onRequest: requireKey(services, MAY_ADMINISTER),
        schema: { ...about, operationId: 'removeChannel', summary: 'Tell a channel nothing more', querystring: ById, response: { 200: Type.Object({ removed: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404) } },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const channel = await channels.find(project.id, request.query.id)
        if (channel === null || !(await channels.remove(project.id, channel.id))) throw new ProblemError(404, NOT_THERE)
        await door.audit.append({ actor: keyId, action: 'channel-removed', subject: `${channel.kind} ${channel.name}`, projectId: project.id })
        return { removed: true as const }
      },
    )

    app.post(
      '/api/v1/channel/test',
      {
        onRequest: requireKey(services, MAY_ADMINISTER),
        schema: {
          ...about,
          operationId: 'testChannel',
          summary: 'Tell a channel something, to see whether it arrives',
          description: 'Within seconds. `GET /api/v1/channels` shows what came of it.',
          querystring: ById,
          response: { 200: Type.Object({ queued: Type.Literal(true) }), ...problemsOf(400, 401, 403, 404, 429) },
        },
      },
      async (request) => {
        const { project } = principalOf(request)
        const channel = await channels.find(project.id, request.query.id)
        if (channel === null) throw new ProblemError(404, NOT_THERE)
        const waitMs = throttle.waitMs(String(project.id), 1)
        if (waitMs > 0) throw new ProblemError(429, `A project tells its channels something for a test at most ${TESTS_PER_MINUTE} times a minute.`, { 'retry-after': String(Math.ceil(waitMs / 1_000)) })
        throttle.use(String(project.id), 1)
        await channels.enqueue(project.id, [channel.id], { event: 'test', project: project.name, title: 'This is a test', text: `Alerts of ${project.name} arrive here.`, severity: null, at: now(), about: {} })
        return { queued: true as const }
      },
    )
  }

/** Throws 400 and 409. */
function checked(kind: ChannelKind, address: string, { settings }: Services): string {
  if (kind === 'email') {
    if (settings.mail === null) throw new ProblemError(409, 'This server sends no e-mail: give it --smtp-url, --mail-from and --public-url.')
    const email = parseEmail(address)
    // A comma would be a second address to programs that read a header.
    if (email !== null && !/[,;<>"()]/.test(email)) return email
    throw new ProblemError(400, `${quote(address)} is no e-mail address.`)
  }
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '')
    throw new ProblemError(400, 'The address of a webhook must begin with http:// or https:// and have no user in it.')
  return url.href
}

function refuseTooMany(error: unknown): never {
  if (error instanceof TooManyChannels) throw new ProblemError(409, `${error.message}: remove one that is not needed.`, {}, { cause: error })
  throw error
}
