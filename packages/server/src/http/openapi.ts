import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
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
    refResolver: { buildLocalReference: (schema, _base, _fragment, at) => (typeof schema.$id === 'string' ? schema.$id : `def-${at}`) },
  })
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
