import { normalizeIp, type ErasedData, type ErasureReceipt } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Days } from '../erase/erasure.ts'
import { holdingBackups } from '../erase/holding-backups.ts'
import type { ErasureRecord } from '../registry/erasures.ts'
import type { Project } from '../registry/registry.ts'
import { NAMED_KINDS } from '../store/named-consumer.ts'
import { MAY_ERASE, principalOf, requireKey } from './authorize.ts'
import { ProblemError } from './problem.ts'
import { Instant, Nullable, OneOf, problemsOf, schemaOf } from './schemas.ts'
import type { Services } from './services.ts'

const Consumer = {
  kind: OneOf(NAMED_KINDS, 'What names the consumer: a user id, the hash of an API key, an OAuth client, or an address: all that came from it goes, also what counts as a user.'),
  consumer: Type.String({ minLength: 1, maxLength: 4_096, description: 'Its name, as answers show it.' }),
}

const backups = Type.Array(
  Type.Object({
    name: Type.String({ description: 'Name of the folder that it was written to.' }),
    startedAt: Instant('When it was begun.'),
    madeAt: Instant('When it was whole.'),
  }),
  { description: 'Backups from before, which hold it still, the newest first: those that `wayside backup` made, wherever they are by now.' },
)

const ReceiptAnswer = schemaOf<ErasureReceipt>()(
  Type.Object({
    ...Consumer,
    askedAt: Instant('When it was asked for: events from before are removed.'),
    doneAt: Nullable(Instant('When all were removed that had been stored; null before.')),
    events: Type.Integer({ description: 'Events removed so far.' }),
    backups,
  }),
)

const DAY_MS = 86_400_000
/** Later than any event. */
const NEVER = Date.UTC(9_999, 0)
const Day = (description: string) => Type.Optional(Type.String({ format: 'date', description }))

/** What is removed on request: all that names one consumer, or the events of some days. */
export const erasuresRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = requireKey(services, MAY_ERASE)
    const security = [{ key: [] }]

    app.post(
      '/api/v1/erasures',
      {
        onRequest,
        schema: {
          operationId: 'eraseConsumer',
          summary: 'Remove all events that name a consumer',
          description: 'Answers no longer show them once this returns. They are removed from everything that is stored after it; `GET` says when that is done.',
          tags: ['Project'],
          security,
          body: Type.Object(Consumer, { additionalProperties: false }),
          response: { 202: ReceiptAnswer, ...problemsOf(400, 401, 403) },
        },
      },
      async (request, reply) => {
        const { keyId, project } = principalOf(request)
        const { kind, consumer } = request.body
        // Addresses are kept in one form, whichever they were written in.
        const named = kind === 'ip' ? (normalizeIp(consumer) ?? consumer) : consumer
        const receiptOf = await writeReceipts(services, project)
        const record = await services.consumers.erase(project.id, { kind, consumer: named })
        // Not whom: the log is kept for longer.
        await services.door.audit.append({ actor: keyId, action: 'consumer-removed', subject: kind, projectId: project.id })
        return reply.status(202).send(receiptOf(record))
      },
    )

    app.get(
      '/api/v1/erasures',
      {
        onRequest,
        schema: {
          operationId: 'erasures',
          summary: 'The removals of consumers that are under way, or not older than a day',
          tags: ['Project'],
          security,
          response: { 200: Type.Object({ erasures: Type.Array(ReceiptAnswer) }), ...problemsOf(401, 403) },
        },
      },
      async (request) => {
        const { project } = principalOf(request)
        const receiptOf = await writeReceipts(services, project)
        return { erasures: (await services.consumers.list(project.id)).map(receiptOf) }
      },
    )

    app.delete(
      '/api/v1/project/data',
      {
        onRequest,
        schema: {
          operationId: 'eraseData',
          summary: 'Remove events of the project, all or those of some days',
          description: 'Answers no longer show them once this returns. The project and its keys stay.',
          tags: ['Project'],
          security,
          querystring: Type.Object({ from: Day('The first of the days (UTC), such as 2026-01-31. Without it, as far back as there are any.'), to: Day('The last of them. Without it, all from `from` on.') }, { additionalProperties: false }),
          response: {
            200: schemaOf<ErasedData>()(Type.Object({ events: Type.Integer({ description: 'Events removed.' }), backups })),
            ...problemsOf(400, 401, 403),
          },
        },
      },
      async (request) => {
        const { keyId, project } = principalOf(request)
        const { from = 'the first day', to = 'the last day' } = request.query
        const days = toDays(request.query)
        const { events } = await services.eraseData(project.id, days)
        await services.door.audit.append({ actor: keyId, action: 'data-removed', subject: `${events} events, from ${from} to ${to}`, projectId: project.id })
        services.log.info('removed the data of a project', { projectId: project.id, events, ...days })
        return { events, backups: holdingBackups(await services.backups.list(), project, null) }
      },
    )
  }

async function writeReceipts(services: Services, project: Project): Promise<(record: ErasureRecord) => ErasureReceipt> {
  const made = await services.backups.list()
  return ({ kind, consumer, askedAt, doneAt, events }) => ({ kind, consumer, askedAt, doneAt, events, backups: holdingBackups(made, project, doneAt) })
}

/** `undefined` for all. Throws 400. */
function toDays({ from, to }: { readonly from?: string; readonly to?: string }): Days | undefined {
  if (from === undefined && to === undefined) return undefined
  const days = { from: from === undefined ? 0 : Date.parse(from), before: to === undefined ? NEVER : Date.parse(to) + DAY_MS }
  if (days.from >= days.before) throw new ProblemError(400, `The first day, ${from}, comes after the last, ${to}.`)
  return days
}
