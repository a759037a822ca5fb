import { Readable } from 'node:stream'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { METHODS } from '../../import/old-row.ts'
import type { StoredEvent } from '../../store/stored-event.ts'
import { MAY_READ, authorize } from '../authorize.ts'
import { ProblemError, quote } from '../problem.ts'
import { untilClosed } from '../query/until-closed.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'

/** Rows of one page. That system has 250,000, which it builds in memory for whoever asks. */
const PAGE_SIZE = 50_000
/** Rows that become text at a time. */
const ROWS_PER_CHUNK = 500

/** `GET /api/requests/:userId`: the rows that the page of API Analytics draws from. */
export const userRequestsRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const about = {
      tags: ['API Analytics'],
      description: `\`requests\` are lists of address, path, host, number of the user agent, number of the method, milliseconds, status, country, user id and time, oldest first, at most ${PAGE_SIZE} a page; after the last page they are empty. \`user_agents\` are the texts by their numbers in this page.`,
      response: problemsOf(400, 401, 403),
    }
    const UserId = Type.String({ maxLength: 128, description: 'As `GET /api/user-id` answers, or another key that may read.' })

    async function answer(userId: string, page: string, reply: FastifyReply) {
      const { project } = await authorize(services, userId, MAY_READ, 'the address')
      const number = /^\d{1,7}$/.test(page) ? Number(page) : 0
      if (number === 0) throw new ProblemError(400, `Pages are numbered from 1, got ${quote(page)}.`)
      const signal = untilClosed(reply)
      const events = await services.store.list({ projectId: project.id, filters: {}, order: 'oldest', limit: PAGE_SIZE, after: null, offset: (number - 1) * PAGE_SIZE, signal })
      return reply.type('application/json; charset=utf-8').send(Readable.from(toJson(events)))
    }

    app.get(
      '/api/requests/:userId',
      {
        exposeHeadRoute: false,
        schema: { ...about, operationId: 'compatRequests', summary: 'The rows that the page of API Analytics draws from', params: Type.Object({ userId: UserId }), querystring: Type.Object({ page: Type.Optional(Type.String({ description: 'From 1, which it is where absent.' })) }) },
      },
      (request, reply) => answer(request.params.userId, request.query.page ?? '1', reply),
    )
    app.get(
      '/api/requests/:userId/:page',
      { exposeHeadRoute: false, schema: { ...about, operationId: 'compatRequestsPage', summary: 'A page of them', params: Type.Object({ userId: UserId, page: Type.String({ description: 'From 1.' }) }) } },
      (request, reply) => answer(request.params.userId, request.params.page, reply),
    )
  }

/** In pieces, so that a full page neither holds the event loop nor stands in memory twice. Numbers of user agents are known after the rows. */
function* toJson(events: readonly StoredEvent[]): Generator<string> {
  const numbers = new Map<string, number>()
  const toNumber = (userAgent: string | null): number | null => {
    if (userAgent === null) return null
    const number = numbers.get(userAgent) ?? numbers.size + 1
    numbers.set(userAgent, number)
    return number
  }
  yield '{"requests":['
  for (let at = 0; at < events.length; at += ROWS_PER_CHUNK) yield (at > 0 ? ',' : '') + events.slice(at, at + ROWS_PER_CHUNK).map((event) => JSON.stringify(toRow(event, toNumber(event.userAgent)))).join(',')
  yield `],"user_agents":${JSON.stringify(Object.fromEntries([...numbers].map(([text, number]) => [number, text])))}}`
}

function toRow(event: StoredEvent, userAgent: number | null): readonly (string | number | null)[] {
  const method = METHODS.findIndex((name) => name === event.method)
  return [
    event.ip ?? '',
    event.path,
    event.host ?? '',
    userAgent,
    // That system knows nine methods. Others go by their name.
    method === -1 ? event.method : method,
    event.durationUs === null ? null : Math.round(event.durationUs / 1_000),
    event.status,
    event.country ?? '',
    event.userId ?? '',
    new Date(event.time).toISOString(),
  ]
}
