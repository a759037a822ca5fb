import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { MAY_READ, principalOf, requireKey } from '../authorize.ts'
import { ProblemError } from '../problem.ts'
import { toStoreFilter } from '../../query/store-filter.ts'
import { FilterParameter } from '../query/curated-parameters.ts'
import { parseFilterText } from '../query/parse-query.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { createLiveFeed } from './live-feed.ts'
import { createLiveStream, type LiveStream } from './live-stream.ts'
import { readLive } from './read-live.ts'

const MAX_STREAMS = 64
/** A stream ends by then and its client comes back, so that a key that was revoked does not watch on. */
const MAX_STREAM_MS = 10 * 60_000

/** `GET /api/v1/live`: what happens now, as server-sent events. */
export const liveRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const feed = createLiveFeed((scope, before) => readLive(services, scope, before))
    const open = new Set<LiveStream['stream']>()
    // Streams would hold the server open.
    app.addHook('preClose', async () => {
      for (const stream of open) stream.destroy()
    })

    const send = (reply: FastifyReply, { stream }: LiveStream) =>
      reply.headers({ 'cache-control': 'private, no-store', 'x-accel-buffering': 'no' }).type('text/event-stream').send(stream)

    app.get(
      '/api/v1/live',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          operationId: 'live',
          summary: 'What happens now, each second',
          description: `Server-sent events: \`data\` has \`time\`, the counts of the \`lastMinute\`, and the \`requests\` that have arrived since the event before, the last 100 of them, in the order of arrival; the first has those of the last hour. A stream ends after ${MAX_STREAM_MS / 60_000} minutes at most; come back with \`Last-Event-ID\` for the requests since then.`,
          tags: ['Reports'],
          security: [{ key: [] }],
          querystring: Type.Object({ filter: FilterParameter }, { additionalProperties: false }),
          headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ pattern: '^\\d{1,15}-\\d{1,15}$', description: 'The `id` of the last event that was read.' })) }),
          response: { 200: { description: 'A stream without end.', content: { 'text/event-stream': { schema: Type.String() } } }, ...problemsOf(400, 401, 403, 503) },
        },
      },
      async (request, reply) => {
        const { filter } = request.query
        const scope = { project: principalOf(request).project, filter: filter === undefined ? null : parseFilterText(filter) }
        // Refused here what every reading would refuse.
        if (scope.filter !== null) toStoreFilter(scope.filter)
        if (open.size >= MAX_STREAMS) throw new ProblemError(503, `${MAX_STREAMS} clients are watching already, as many as may.`, { 'retry-after': '60' })
        const live = createLiveStream(request.headers['last-event-id'] ?? null)
        const unsubscribe = feed.subscribe(scope, (snapshot) => live.tell(snapshot))
        const ending = setTimeout(() => live.stream.destroy(), MAX_STREAM_MS)
        open.add(live.stream)
        live.stream.once('close', () => {
          open.delete(live.stream)
          clearTimeout(ending)
          unsubscribe()
        })
        return send(reply, live)
      },
    )
  }
