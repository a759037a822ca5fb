import { Readable } from 'node:stream'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { StoredEvent } from '../../store/stored-event.ts'
import { MAY_READ, authorize } from '../authorize.ts'
import { toListFilters } from '../list-filters.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { TOKEN_PLACE, tokenOf } from './token.ts'
import { parseDataQuery } from './data-query.ts'

/** Rows of one page, as that system has it. */
const PAGE_SIZE = 50_000
/** Rows that become text at a time. */
const ROWS_PER_CHUNK = 500

const COLUMNS = [
  'hostname',
  'ip_address',
  'path',
  'user_agent',
  'method',
  'status',
  'response_time',
  'location',
  'user_id',
  'created_at',
] as const

const Text = (description: string) => Type.Optional(Type.String({ description }))
const Query = Type.Object({
  page: Text(`From 1; a page has ${PAGE_SIZE} rows.`),
  compact: Text('`true` answers with lists under one row of names.'),
  date: Text('One day, such as 2026-01-31, in UTC. Comes before dateFrom and dateTo.'),
  dateFrom: Text('First day.'),
  dateTo: Text('Last day, included.'),
  hostname: Text('Host.'),
  ipAddress: Text('IP address; also `ip`.'),
  status: Text('Status.'),
  location: Text('Country code of two letters.'),
  user_id: Text('User id; also `userId` and `userID`.'),
})

/** `GET /api/data`: the requests of a key, as API Analytics clients read them. */
export const dataRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/data',
      {
        validatorCompiler: () => () => true,
        schema: {
          operationId: 'data',
          summary: 'Read requests as API Analytics clients do',
          description: `At most ${PAGE_SIZE} rows, oldest first. Unknown texts are empty; an unknown response time is null.`,
          tags: ['API Analytics'],
          security: [{ token: [] }],
          querystring: Query,
          response: problemsOf(400, 401, 403),
        },
      },
      async (request, reply) => {
        const { project } = await authorize(services, tokenOf(request), MAY_READ, TOKEN_PLACE)
        const { filters, page, compact } = parseDataQuery(Object.assign(Object.create(null), request.query))
        const events = await services.store.list({
          projectId: project.id,
          filters: toListFilters(filters),
          order: 'oldest',
          limit: PAGE_SIZE,
          after: null,
          offset: (page - 1) * PAGE_SIZE,
        })
        return reply.type('application/json; charset=utf-8').send(Readable.from(toJson(events, compact)))
      },
    )
  }

/** A JSON list in pieces, so that a full page neither holds the event loop nor stands in memory twice. */
function* toJson(events: readonly StoredEvent[], compact: boolean): Generator<string> {
  yield '['
  if (compact) yield JSON.stringify(COLUMNS)
  for (let at = 0; at < events.length; at += ROWS_PER_CHUNK) {
    const rows = events
      .slice(at, at + ROWS_PER_CHUNK)
      .map((event) => JSON.stringify(compact ? Object.values(toRow(event)) : toRow(event)))
    yield `${at > 0 || compact ? ',' : ''}${rows.join(',')}`
  }
  yield ']'
}

function toRow(event: StoredEvent): Readonly<Record<(typeof COLUMNS)[number], string | number | null>> {
  return {
    hostname: event.host ?? '',
    ip_address: event.ip ?? '',
    path: event.path,
    user_agent: event.userAgent ?? '',
    method: event.method,
    status: event.status,
    response_time: event.durationUs === null ? null : Math.round(event.durationUs / 1_000),
    location: event.country ?? '',
    user_id: event.userId ?? '',
    created_at: new Date(event.time).toISOString(),
  }
}
