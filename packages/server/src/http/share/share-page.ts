import { readFileSync } from 'node:fs'
import type { FastifyPluginAsync } from 'fastify'
import type { Services } from '../services.ts'
import { contentSecurityPolicy } from '../security-headers.ts'

/** Views of the dashboard that a shared link shows. */
const VIEWS = ['endpoints', 'audience', 'deploys', 'changes']

/**
 * Serves the dashboard under `/share/ID/`, the only place where a page of ours may stand in a frame: of the hosts that the link
 * names. The link's token follows `#` and never reaches a log.
 * @param file - the dashboard's page
 */
export const sharePage =
  ({ shares }: Services, file: string): FastifyPluginAsync =>
  async (app) => {
    // It is served two folders further down than it was built for.
    const page = readFileSync(file, 'utf8').replaceAll('"./', '"../../')
    app.get<{ Params: { id: string } }>('/share/:id', { schema: { hide: true } }, async ({ params: { id } }, reply) => reply.redirect(`${encodeURIComponent(id)}/`))
    for (const view of ['', ...VIEWS])
      app.get<{ Params: { id: string } }>(`/share/:id/${view}`, { schema: { hide: true } }, async ({ params: { id } }, reply) =>
        reply
          .headers({ 'content-security-policy': contentSecurityPolicy(await shares.frameHostsOf(id)), 'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'no-cache' })
          .type('text/html; charset=utf-8')
          .send(page),
      )
  }
