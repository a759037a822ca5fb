import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { EXPORT_FORMATS, type RawFiles } from '@wayside/protocol'
import { MAY_ADMINISTER, MAY_READ, principalOf, requireKey } from '../authorize.ts'
import { OneOf, problemsOf, schemaOf } from '../schemas.ts'
import type { Services } from '../services.ts'

const settings = {
  daily: Type.Boolean({ description: 'A file of each day.' }),
  monthly: Type.Boolean({ description: 'A file of each month.' }),
  format: OneOf(EXPORT_FORMATS, '`zip` holds one CSV file.'),
}
const RawFilesAnswer = schemaOf<RawFiles>()(Type.Object(settings))

/** `/api/v1/exports/files`: which files of requests are made by themselves. */
export const rawFilesRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const about = { tags: ['Exports'], security: [{ key: [] }] }

    app.get(
      '/api/v1/exports/files',
      {
        onRequest: requireKey(services, MAY_READ),
        schema: { ...about, operationId: 'rawFiles', summary: 'Whether files of days and months are made', response: { 200: RawFilesAnswer, ...problemsOf(401, 403) } },
      },
      async (request) => services.rawFiles.of(principalOf(request).project.id),
    )

    app.put(
      '/api/v1/exports/files',
      {
        onRequest: requireKey(services, MAY_ADMINISTER),
        schema: {
          ...about,
          operationId: 'setRawFiles',
          summary: 'Make a file of all requests of each day or month that is over',
          description: 'An hour after the end of a day, by the clock of the project, and of those days and months that ended within the time that files are kept. They are among the exports.',
          body: Type.Object(settings, { additionalProperties: false }),
          response: { 200: RawFilesAnswer, ...problemsOf(400, 401, 403) },
        },
      },
      async (request) => {
        const { project, keyId } = principalOf(request)
        await services.rawFiles.set(project.id, request.body)
        await services.door.audit.append({ actor: keyId, action: 'raw-files-changed', subject: JSON.stringify(request.body), projectId: project.id })
        return request.body
      },
    )
  }
