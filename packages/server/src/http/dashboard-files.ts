import { existsSync } from 'node:fs'
import { join, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { packageRoot } from '../package-root.ts'
import { ProblemError } from './problem.ts'
import type { Services } from './services.ts'
import { sharePage } from './share/share-page.ts'

const YEAR_SECONDS = 31_536_000
/** Views of the dashboard, each with a path of its own. Another path stays a 404: a typing error is no overview. */
const VIEWS = ['endpoints', 'requests', 'errors', 'consumers', 'audience', 'deploys', 'changes', 'quality', 'exports', 'uptime', 'alerts']

/** Serves the built dashboard at `/` and at the paths of its views. Files with a hash in their name are kept by browsers, the page itself is asked for anew. */
export async function serveDashboard(
  app: FastifyInstance,
  services: Services,
  folder = join(packageRoot(), 'dist', 'public'),
): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, async () => {
      throw new ProblemError(
        404,
        'The dashboard is not built here. In a checkout run `npm run build`, then start the server again.',
      )
    })
    return
  }
  await app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isHashed = path.includes(`${sep}assets${sep}`)
      reply.header('cache-control', isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache')
    },
  })
  for (const view of VIEWS) app.get(`/${view}`, { schema: { hide: true } }, async (_request, reply) => reply.sendFile('index.html'))
  await app.register(sharePage(services, join(folder, 'index.html')))
}
