import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ExportFormat } from '@wayside/protocol'
import { ProblemError } from '../problem.ts'
import { problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
  zip: 'application/zip',
}

/** `GET /api/v1/exports/file`: a file, once, for who has its link. */
export const fileRoute =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/api/v1/exports/file',
      {
        // Who only looks whether it is there must not use the link up.
        exposeHeadRoute: false,
        schema: {
          operationId: 'exportFile',
          summary: 'The file of a link',
          description: 'The link is used up, also when the connection breaks: ask for another then.',
          tags: ['Exports'],
          querystring: Type.Object({ token: Type.String({ maxLength: 128, description: 'As the link has it.' }) }, { additionalProperties: false }),
          response: { ...problemsOf(400, 404, 409) },
        },
      },
      async (request, reply) => {
        const opened = await services.exporter.open(request.query.token)
        if (opened === null) throw new ProblemError(404, 'This link does not work: it was used, its five minutes are over, or the export was removed. Ask for another.')
        if (opened === 'elsewhere') throw new ProblemError(409, 'Another server made this file. Ask that one, or give all servers one folder with --export-dir.')
        const { file, job, projectId, issuedBy } = opened
        try {
          await services.door.audit.append({ actor: issuedBy, action: 'export-fetched', subject: job.fileName, projectId })
          const { size } = await file.stat()
          return await reply
            .type(TYPES[job.format])
            .headers({ 'content-length': size, 'content-disposition': `attachment; filename="${job.fileName}"` })
            .send(file.createReadStream({ autoClose: false }))
        } finally {
          await file.close()
        }
      },
    )
  }
