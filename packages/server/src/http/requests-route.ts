import { OUTCOMES, type RequestsPage, type StoredRequest } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toListedSince } from '../erase/retention.ts'
import type { StoredEvent } from '../store/stored-event.ts'
import { MAY_READ, principalOf, requireKey } from './authorize.ts'
import { formatCursor, parseCursor } from './cursor.ts'
import { toListFilters } from './list-filters.ts'
import { FilterParameter } from './query/curated-parameters.ts'
import { parseFilterText } from './query/parse-query.ts'
import { untilClosed } from './query/until-closed.ts'
import { Instant, Nullable, OneOf, problemsOf, schemaOf } from './schemas.ts'
import type { Services } from './services.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1_000
const MAX_FILTER_LENGTH = 1_024

const Text = (description: string) => Nullable(Type.String({ description }))
const Whole = (description: string) => Nullable(Type.Integer({ description }))
const Filter = (description: string) => Type.Optional(Type.String({ maxLength: MAX_FILTER_LENGTH, description }))

/** One request as the API shows it. */
export const RequestRow = schemaOf<StoredRequest>()(
  Type.Object({
    id: Type.Integer({ description: 'Ascending in the order of arrival.' }),
    time: Instant('When the request began.'),
    timeAdjusted: Type.Boolean({ description: "Whether the sender's clock was wrong and `time` was corrected." }),
    wallTime: Whole("What the sender's clock said, where `time` was corrected. Milliseconds since 1970."),
    method: Type.String(),
    route: Text('The template that matched; null when none did.'),
    path: Type.String(),
    host: Text('Host header.'),
    status: Type.Integer({ description: '499 when the client left.' }),
    outcome: OneOf(OUTCOMES, 'Whether the client got the whole response.'),
    durationUs: Whole('Microseconds.'),
    upstreamUs: Whole('Microseconds during which outgoing requests were under way.'),
    upstreamCount: Whole('Outgoing requests.'),
    requestBytes: Whole('Bytes of the request body.'),
    responseBytes: Whole('Bytes of the response body.'),
    ip: Text('At privacy level 0 only.'),
    country: Text('ISO 3166-1 alpha-2.'),
    userAgent: Text('As sent.'),
    client: Text('Browser, library or agent.'),
    clientVersion: Text('Its version.'),
    os: Text('Operating system.'),
    device: Text('Device.'),
    bot: Type.Boolean(),
    userId: Text('Who, as the app told.'),
    apiKeyHash: Text('Hash of the API key that was used.'),
    oauthClientId: Text('OAuth client.'),
    consumerKind: OneOf(['user', 'api_key', 'oauth_client', 'ip', 'unknown'], 'What the consumer is known by.'),
    consumer: Text('Who calls: user, API key, OAuth client or IP.'),
    framework: Type.String(),
    environment: Text('Deployment.'),
    service: Text('Service.'),
    serviceVersion: Text('Its version.'),
    instance: Text('Process.'),
    errorClass: Text('Class of the error that was thrown.'),
    errorFingerprint: Text('Same for errors thrown at the same place.'),
    errorMessage: Text('Only where the app asked for messages.'),
    tags: Type.Unsafe<Readonly<Record<string, string>> | null>({
      type: ['object', 'null'],
      additionalProperties: { type: 'string' },
    }),
  }),
)

const Query = Type.Object(
  {
    from: Type.Optional(Instant('Begins at this instant or later.')),
    to: Type.Optional(Instant('Begins before this instant.')),
    method: Filter('Such as GET.'),
    route: Filter('The template, such as /users/:id.'),
    path: Filter('The concrete path.'),
    host: Filter('Host header.'),
    status: Type.Optional(Type.Integer({ minimum: 100, maximum: 599 })),
    ip: Filter('IP address.'),
    country: Filter('ISO 3166-1 alpha-2.'),
    userId: Filter('User id.'),
    consumer: Filter('Consumer, of any kind.'),
    environment: Filter('Deployment.'),
    service: Filter('Service.'),
    filter: FilterParameter,
    order: Type.Optional(OneOf(['newest', 'oldest'], 'newest where absent.')),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_LIMIT,
        description: `Requests in one answer; ${DEFAULT_LIMIT} where absent.`,
      }),
    ),
    cursor: Type.Optional(
      Type.String({ maxLength: 200, description: '`nextCursor` of the page before, with the same filters and order.' }),
    ),
  },
  { additionalProperties: false },
)

const Page = schemaOf<RequestsPage>()(
  Type.Object({
    requests: Type.Array(RequestRow),
    nextCursor: Nullable(Type.String({ description: 'null when this is the last page.' })),
    listedSince: Nullable(Instant('The project lists no requests from before; null where it lists all.')),
  }),
)

/** `GET /api/v1/requests`: single requests, page by page. */
export const requestsRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/requests',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          operationId: 'listRequests',
          summary: 'List single requests',
          tags: ['Data'],
          security: [{ key: [] }],
          querystring: Query,
          response: { 200: Page, ...problemsOf(400, 401, 403, 422, 503) },
        },
      },
      async (request, reply): Promise<RequestsPage> => {
        const { order = 'newest', limit = DEFAULT_LIMIT, cursor, filter, ...named } = request.query
        const { project } = principalOf(request)
        const after = cursor === undefined ? null : parseCursor(cursor, order)
        // One more than asked for tells whether there is a page after this one.
        const events = await services.store.list({
          projectId: project.id,
          filters: toListFilters(named, filter === undefined ? null : parseFilterText(filter)),
          order,
          limit: limit + 1,
          after,
          offset: 0,
          signal: untilClosed(reply),
        })
        const page = events.slice(0, limit)
        const last = page.at(-1)
        return {
          requests: page.map(toRow),
          nextCursor: events.length > limit && last !== undefined ? formatCursor(last, order) : null,
          listedSince: toListedSince(project, services.now()),
        }
      },
    )
  }

/** An event as the API shows it. */
export function toRow({ projectId: _projectId, receivedAt: _receivedAt, latencyBucket: _latencyBucket, ...event }: StoredEvent): StoredRequest {
  return { ...event, outcome: OUTCOMES[event.outcome] ?? 'completed' }
}
