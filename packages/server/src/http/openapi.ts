import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema } from 'fastify'
import type { Permission } from './authorize.ts'
import { packageVersion } from '../package-root.ts'

/** Describes every route that follows, from the schemas that validate it. */
export async function describeApi(app: FastifyInstance, basePath: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Wayside',
        version: packageVersion(),
        description:
          'Events in, requests and reports out. Errors are problem documents (RFC 9457); `detail` says what to do.',
      },
      servers: [{ url: basePath === '' ? '/' : basePath, description: 'This server' }],
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: 'A key made by `wayside keys create` or `POST /api/generate`.',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-wayside',
            description: 'The session of a person, by `POST /api/v1/login`. The header `x-wayside-project` names the project; what changes something comes from a page of this server.',
          },
          token: {
            type: 'apiKey',
            in: 'header',
            name: 'X-AUTH-TOKEN',
            description: 'The same key, as API Analytics clients send it.',
          },
        },
      },
    },
    stripBasePath: true,
    transform: ({ schema, url, route }) => ({ schema: addSession(schema, route.onRequest), url }),
    refResolver: { buildLocalReference: (schema, _base, _fragment, at) => (typeof schema.$id === 'string' ? schema.$id : `def-${at}`) },
  })
}

/** Where a key may be used, a session may as well, unless its permission says otherwise. */
function addSession(schema: FastifySchema, hooks: unknown): FastifySchema {
  const isOpen = [hooks].flat().some((hook) => typeof hook === 'function' && 'permission' in hook && isPermission(hook.permission) && hook.permission.role !== null)
  return isOpen && schema.security !== undefined ? { ...schema, security: [...schema.security, { session: [] }] } : schema
}

function isPermission(value: unknown): value is Permission {
  return typeof value === 'object' && value !== null && 'role' in value
}

/** `/openapi.json` and the explorer at `/docs`, which loads nothing from anywhere else. */
export async function serveApiDocs(app: FastifyInstance, basePath: string): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    indexPrefix: basePath,
    // A badge of another host would check the document there.
    uiConfig: { layout: 'BaseLayout', validatorUrl: null, deepLinking: true, displayRequestDuration: true },
    theme: { title: 'Wayside API' },
  })
}
