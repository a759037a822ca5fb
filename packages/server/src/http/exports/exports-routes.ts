import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { EXPORT_FORMATS, EXPORT_STATES, type ExportJob, type ExportLink, type ExportsList } from '@wayside/protocol'
import { TooManyExports } from '../../export/create-exporter.ts'
import { MAY_EXPORT, MAY_READ, principalOf, requireKey } from '../authorize.ts'
import { ProblemError } from '../problem.ts'
import { NestedFilter, NESTED_SCHEMAS, QuerySchema, RangeSchema } from '../query/query-schema.ts'
import { checkSchema } from '../query/check-schema.ts'
import { Instant, Nullable, OneOf, problemsOf, schemaOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { parseExport } from './parse-export.ts'
import { fileRoute } from './file-route.ts'

const ExportAnswer = schemaOf<ExportJob>()(
  Type.Object({
    id: Type.String(),
    fileName: Type.String({ description: 'What it is called when it is saved.' }),
    of: OneOf(['requests', 'query'], 'What its rows are.'),
    format: OneOf(EXPORT_FORMATS, '`zip` holds one CSV file.'),
    state: OneOf(EXPORT_STATES, 'How far it is.'),
    from: Instant('Its requests began at this instant or later,'),
    to: Instant('and before this one.'),
    askedBy: Type.String({ description: 'The id of a key, `person:` and the id of a person, or `schedule`.' }),
    askedAt: Instant('When it was asked for.'),
    endedAt: Nullable(Instant('When it was made, or could not be.')),
    rows: Type.Integer({ description: 'Rows written so far.' }),
    expectedRows: Nullable(Type.Integer({ description: 'About how many there will be; null where that is not known.' })),
    bytes: Type.Integer({ description: 'Bytes written so far.' }),
    problem: Nullable(Type.String({ description: 'Why it could not be made.' })),
    expiresAt: Nullable(Instant('When it is removed.')),
  }),
)

const MAX_EXPORT_BYTES = 2 * 1_024 * 1_024

const ExportBody = Type.Object(
  {
    format: OneOf(EXPORT_FORMATS, '`zip` holds one CSV file.'),
    requests: Type.Optional(
      Type.Object(
        { range: Type.Optional(RangeSchema), timeZone: Type.Optional(Type.String({ maxLength: 64, description: 'IANA name; that of the project where absent.' })), filter: Type.Optional(NestedFilter) },
        { additionalProperties: false, description: 'Single requests.' },
      ),
    ),
    query: Type.Optional(QuerySchema),
  },
  { additionalProperties: false, description: 'Either `requests` or `query`, of which all rows are written, or as many as its `limit` says.' },
)

/** `/api/v1/exports`: files of requests and of answers, made in the background. */
export const exportsRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { exporter, door } = services
    const about = { tags: ['Exports'], security: [{ key: [] }] }
    await app.register(fileRoute(services))

    await app.register(async (scope) => {
      scope.setValidatorCompiler(checkSchema)
      for (const schema of NESTED_SCHEMAS) scope.addSchema(schema)
      scope.post(
        '/api/v1/exports',
        {
          onRequest: requireKey(services, MAY_EXPORT),
          bodyLimit: MAX_EXPORT_BYTES,
          schema: {
            ...about,
            operationId: 'createExport',
            summary: 'Make a file of requests or of an answer',
            description: 'It is made in the background: `GET` says how far it is, `POST /api/v1/exports/link` gives an address to fetch it from. Requests that begin after this call are not in it.',
            body: ExportBody,
            response: { 202: ExportAnswer, ...problemsOf(400, 401, 403, 409, 422) },
          },
        },
        async (request, reply) => {
          const { project, keyId } = principalOf(request)
          const job = await exporter.ask(project, parseExport(request.body), keyId).catch(refuseTooMany)
          await door.audit.append({ actor: keyId, action: 'export-asked', subject: job.fileName, projectId: project.id })
          return reply.status(202).send(job)
        },
      )
    })

    app.get(
      '/api/v1/exports',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          ...about,
          operationId: 'exports',
          summary: 'The files that were asked for, the newest first',
          response: { 200: schemaOf<ExportsList>()(Type.Object({ exports: Type.Array(ExportAnswer) })), ...problemsOf(401, 403) },
        },
      },
      async (request) => ({ exports: await exporter.list(principalOf(request).project.id) }),
    )

    app.delete(
      '/api/v1/exports',
      {
        onRequest: requireKey(services, MAY_EXPORT),
        schema: {
          ...about,
          operationId: 'removeExport',
          summary: 'Stop making a file, or remove it',
          description: 'Its links end at once.',
          querystring: Type.Object({ id: Type.String({ maxLength: 64 }) }, { additionalProperties: false }),
          response: { 200: ExportAnswer, ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const { project, keyId } = principalOf(request)
        const removed = await exporter.remove(project.id, request.query.id)
        if (removed === null) throw new ProblemError(404, 'There is no such export.')
        await door.audit.append({ actor: keyId, action: 'export-removed', subject: removed.fileName, projectId: project.id })
        return removed
      },
    )

    app.post(
      '/api/v1/exports/link',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: {
          ...about,
          operationId: 'exportLink',
          summary: 'An address that gives a file once',
          description: 'It needs no key and works for five minutes, once. The path is relative to this server.',
          body: Type.Object({ id: Type.String({ maxLength: 64 }) }, { additionalProperties: false }),
          response: { 200: schemaOf<ExportLink>()(Type.Object({ url: Type.String(), expiresAt: Instant('Until then it works.') })), ...problemsOf(400, 401, 403, 404) },
        },
      },
      async (request) => {
        const { project, keyId } = principalOf(request)
        const link = await exporter.issueLink(project.id, request.body.id, keyId)
        if (link === null) throw new ProblemError(404, 'There is no such export, or it has not been made yet.')
        return { url: `${services.settings.basePath}/api/v1/exports/file?token=${link.token}`, expiresAt: link.expiresAt }
      },
    )
  }

function refuseTooMany(error: unknown): never {
  if (error instanceof TooManyExports) throw new ProblemError(409, `This is one export too many: ${error.message}.`, {}, { cause: error })
  throw error
}
