import { createHash } from 'node:crypto'
import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toLatency } from '../../monitor/read-monitors.ts'
import { ProblemError } from '../problem.ts'
import { OneOf, problemsOf } from '../schemas.ts'
import type { Services } from '../services.ts'
import { createBriefCache } from './brief-cache.ts'
import { BADGE_DAYS, BADGE_KINDS, toMonitorBadge } from './monitor-badge.ts'
import { readStatus, type PublicStatus } from './read-status.ts'
import { toMissingHtml, toStatusHtml } from './status-html.ts'
import { STATUS_STYLE } from './status-style.ts'
import { toBadge } from './to-badge.ts'

/** Anybody may ask, as often as they like: the work is done this often. */
const KEEP_MS = 20_000
const MAX_PAGES = 1_000
const CACHED = `public, max-age=${KEEP_MS / 1_000}`
const DAY_MS = 86_400_000
const Slug = Type.String({ maxLength: 64 })

/** `/status/<slug>` and its badges, for everybody. */
export const statusPageRoutes =
  (services: Services): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { settings, monitoring, now, monotonicMs } = services
    const pages = createBriefCache<PublicStatus | null>({ keepMs: KEEP_MS, maxEntries: MAX_PAGES, monotonicMs })
    const latencies = createBriefCache<number | null>({ keepMs: KEEP_MS, maxEntries: MAX_PAGES, monotonicMs })
    const read = (slug: string) => pages.get(slug, () => readStatus(services, slug))
    const readP50 = (id: string, slug: string) => latencies.get(id, async () => {
      const page = await monitoring.pages.find(slug)
      const monitor = page === null ? null : await monitoring.monitors.find(page.projectId, id)
      return monitor === null ? null : toLatency(await monitoring.history.latencies(monitor.id, now() - DAY_MS)).p50Us
    })

    const styleName = `/status-${createHash('sha256').update(STATUS_STYLE).digest('hex').slice(0, 8)}.css`
    const stylePath = `${settings.basePath}${styleName}`
    app.get(styleName, { schema: { hide: true } }, async (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=31536000, immutable').send(STATUS_STYLE),
    )

    app.get('/status/:slug', { schema: { hide: true, params: Type.Object({ slug: Slug }) } }, async (request, reply) => {
      const status = await read(request.params.slug)
      reply.type('text/html; charset=utf-8')
      if (status === null) return reply.code(404).send(toMissingHtml({ stylePath }))
      return reply.header('cache-control', CACHED).send(toStatusHtml(status, { stylePath }))
    })

    app.get(
      '/status/:slug/:monitor/:kind',
      {
        schema: {
          operationId: 'badge',
          summary: 'A badge of a monitor on a public status page',
          tags: ['Monitors'],
          params: Type.Object({ slug: Slug, monitor: Type.String({ maxLength: 64 }), kind: OneOf(BADGE_KINDS.map((kind) => `${kind}.svg` as const), 'What it shows.') }),
          querystring: Type.Object({ days: Type.Optional(OneOf(BADGE_DAYS, 'Days that an uptime is of; 30 where absent.')) }, { additionalProperties: false }),
          response: { 200: Type.String({ description: 'SVG.' }), ...problemsOf(400, 404) },
        },
      },
      async (request, reply) => {
        const { slug, monitor: id, kind: file } = request.params
        const monitor = (await read(slug))?.monitors.find((each) => each.id === id)
        const kind = BADGE_KINDS.find((each) => `${each}.svg` === file)
        if (monitor === undefined || kind === undefined) throw new ProblemError(404, 'There is no such badge: the monitor must be on a public status page.')
        const p50Us = kind === 'latency' ? await readP50(id, slug) : null
        reply.type('image/svg+xml; charset=utf-8').header('cache-control', CACHED)
        // Pages of other hosts show it.
        reply.header('cross-origin-resource-policy', 'cross-origin').serializer((text: string) => text)
        return toBadge(toMonitorBadge(monitor, kind, request.query.days ?? '30', p50Us))
      },
    )
  }
