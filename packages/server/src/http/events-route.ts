import { LIMITS, parseBatch, type Batch } from '@wayside/protocol'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MAY_SEND, principalOf, requireKey } from './authorize.ts'
import { BATCH_BOUNDS } from './batch-bounds.ts'
import { parseInBounds } from './body/parse-in-bounds.ts'
import { readBody } from './body/read-body.ts'
import { streamBodies } from './body/stream-bodies.ts'
import type { IntakeGate } from './intake-gate.ts'
import type { Project } from '../registry/registry.ts'
import { ProblemError } from './problem.ts'
import { createReplayWatch } from './replay-watch.ts'
import { Nullable, problemsOf } from './schemas.ts'
import type { Services } from './services.ts'
import { createThrottle } from './throttle.ts'

const Receipt = Type.Object(
  {
    ack: Type.Literal('durable', { description: 'What was accepted is on disk.' }),
    accepted: Type.Integer(),
    duplicates: Type.Integer({ description: 'Events that an earlier delivery of the same batch had brought.' }),
    rejected: Type.Array(Type.Object({ seq: Type.Integer(), field: Type.String(), reason: Type.String() })),
    throttle: Type.Optional(
      Type.Object(
        { retryAfterMs: Type.Integer() },
        { description: 'The server is near its limits: wait so long before the next batch.' },
      ),
    ),
  },
  { description: 'A rejected event cannot be stored; sending it again does not help.' },
)

const Text = Nullable(Type.String())
const Column = Type.Unknown({ description: 'One value for all events, or one for each.' })
const Ranges = (description: string) =>
  Type.Array(Type.Integer(), { description: `${description} Pairs: distance from the end of the range before, and length.` })
const WireBatch = Type.Object({
  v: Type.Literal(1),
  producer: Type.String({ description: '32 hexadecimal digits, random for each start of a process.' }),
  level: Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)], { description: 'Privacy level.' }),
  sdk: Type.String(),
  framework: Type.String(),
  environment: Type.Optional(Text),
  service: Type.Optional(Text),
  serviceVersion: Type.Optional(Text),
  instance: Type.Optional(Text),
  books: Type.Object(
    {
      captured: Type.Integer({ description: 'Events captured, which is also the seq of the next one.' }),
      dropped: Type.Record(Type.String(), Type.Integer(), { description: 'Events dropped, by reason.' }),
      shed: Type.Optional(Type.Integer({ description: 'How many of these still count, in windows of `shed`.' })),
      settledBefore: Type.Optional(Type.Integer({ description: 'Every seq below was acknowledged, or told as dropped or shed.' })),
      oldestPendingAt: Type.Optional(Nullable(Type.Integer({ description: 'When the oldest event that waits began.' }))),
      spoolBytes: Type.Optional(Type.Integer({ description: "Bytes that wait on the producer's disk." })),
      closed: Type.Optional(Type.Boolean({ description: 'The producer has stopped.' })),
    },
    { description: 'Cumulative since the start of the process.' },
  ),
  droppedSeqs: Type.Optional(Ranges('Events that were dropped.')),
  shed: Type.Optional(
    Type.Array(
      Type.Object({
        startAt: Type.Integer({ description: 'A minute, milliseconds since 1970.' }),
        lengthMs: Type.Integer(),
        seqs: Ranges('The events that the rows count.'),
        rows: Type.Array(Type.Record(Type.String(), Type.Unknown()), { description: 'Counts by method, route and status.' }),
      }),
      { maxItems: LIMITS.shedWindows, description: 'Counts of events that a full queue had to give up.' },
    ),
  ),
  n: Type.Integer({ minimum: 0, maximum: LIMITS.batchEvents, description: 'Events in this batch; none in a heartbeat.' }),
  seq: Column,
  time: Type.Array(Type.Integer(), { description: 'Milliseconds since the event before; the first since 1970.' }),
  columns: Type.Record(Type.String(), Column),
  stacks: Type.Optional(
    Type.Array(Type.Object({ fingerprint: Type.String(), errorClass: Type.String(), frames: Type.Array(Type.String()) }), {
      maxItems: LIMITS.batchStacks,
      description: 'One stack an hour for each fingerprint of an error.',
    }),
  ),
})

/** `POST /api/v1/events`: batches of our SDKs. */
export const eventsRoute =
  (services: Services, gate: IntakeGate): FastifyPluginAsyncTypebox =>
  async (app) => {
    streamBodies(app)
    const tellReplay = createReplayTeller(services)
    app.post(
      '/api/v1/events',
      {
        onRequest: [requireKey(services, MAY_SEND), async (request) => gate.admit(principalOf(request))],
        // The body is read, bounded and parsed below; the schema only describes it.
        validatorCompiler: () => () => true,
        schema: {
          operationId: 'sendEvents',
          summary: 'Send a batch of events',
          description:
            'JSON by columns, plain or gzip. 200 means that the accepted events are on disk. On 429 and 503 send the same batch again after Retry-After.',
          tags: ['Events'],
          security: [{ key: [] }],
          headers: Type.Object({
            'x-wayside-sent-at': Type.Optional(
              Type.String({ description: "The sender's clock, milliseconds since 1970." }),
            ),
            'x-wayside-ambiguous': Type.Optional(
              Type.String({ description: 'Another receiver may hold this batch too: its answer was lost.' }),
            ),
            'x-wayside-receivers': Type.Optional(
              Type.String({ description: 'How many receivers stand in for each other: what does not come here may be with another.' }),
            ),
          }),
          body: WireBatch,
          response: { 200: Receipt, ...problemsOf(400, 401, 403, 413, 415, 429, 503) },
        },
      },
      async (request) => {
        const receivedAt = services.now()
        const principal = principalOf(request)
        const lease = gate.lease()
        try {
          const { sent, content } = await readBody(request.raw, { limits: LIMITS, inflate: gate.inflate, lease })
          gate.weigh(principal, sent.length)
          const json = await parseInBounds(content, BATCH_BOUNDS, gate.turns)
          await gate.turns.next()
          const parsed = parseBatch(json)
          if (!parsed.ok) throw notABatch(parsed.reason)
          const { head, events, stacks, droppedSeqs, shed, rejected } = parsed.batch
          const producer = {
            producerId: head.producerId,
            books: head.books,
            droppedSeqs,
            shed,
            rejectedSeqs: rejected.map(({ seq }) => seq),
            ambiguous: request.raw.headers['x-wayside-ambiguous'] !== undefined,
            shared: Number(request.raw.headers['x-wayside-receivers'] ?? 1) > 1,
          }
          const sentAt = toInstant(request.raw.headers['x-wayside-sent-at'])
          tellReplay(principal.project, parsed.batch, content)
          const receipt = await gate.receive(principal, { project: principal.project, head, producer, events, stacks, sentAt, receivedAt })
          return { ...receipt, rejected: [...rejected, ...receipt.rejected] }
        } finally {
          lease.release()
        }
      },
    )
  }

/** At most one line a minute and project: the log is not the sender's to fill. */
function createReplayTeller({ log, monotonicMs }: Services) {
  const watch = createReplayWatch()
  const throttle = createThrottle({ perSecond: 1 / 60, burst: 1, monotonicMs })
  return ({ id }: Project, { head, events }: Batch, content: Buffer): void => {
    const name = `${id}:${head.producerId}:${events[0]?.seq}:${events.length}`
    if (events.length === 0 || !watch.isAltered(name, content) || throttle.waitMs(String(id), 1) > 0) return
    throttle.use(String(id), 1)
    log.warn('a batch came again with other content; what came first counts', { project: id, producer: head.producerId })
  }
}

function notABatch(reason: string): ProblemError {
  return new ProblemError(400, `This is not a batch of events: ${reason}.`, {}, { rule: 'batch' })
}

function toInstant(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,15}$/.test(header) ? Number(header) : null
}
