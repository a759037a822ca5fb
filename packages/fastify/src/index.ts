import { createRecorder, type Options, type Recorder } from '@wayside/core'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import manifest from '../package.json' with { type: 'json' }
import { observeFastify } from './observe-fastify.ts'

export type { Deadline, FlushResult, Options, Stats } from '@wayside/core'
export { observeFastify } from './observe-fastify.ts'

/** Options whose mappers get Fastify's `request`. */
export type AnalyticsOptions = Options<FastifyRequest>

/** What `fastify.wayside` offers: delivers on demand, stops and counts. Closing the app closes it too. */
export type Analytics = Pick<Recorder<FastifyRequest>, 'flush' | 'close' | 'stats'>

declare module 'fastify' {
  interface FastifyInstance {
    /** Set by `@wayside/fastify`; of the first registration, when there are several. */
    readonly wayside: Analytics
  }
}

/**
 * Observes every request of a Fastify 4 (from 4.10) or 5 app. Register it first, so that it sees what later plugins answer. When
 * the app closes, what is queued is delivered within 2 seconds.
 * @throws WaysideOptionError, as the rejection of `register`, when an option cannot be used.
 * @example
 * ```ts
 * import { analytics } from '@wayside/fastify'
 * await fastify.register(analytics, { apiKey: key, getUserId: (request) => request.user?.id })
 * ```
 */
export const analytics: FastifyPluginAsync<AnalyticsOptions> = Object.assign(
  async (fastify: FastifyInstance, options: AnalyticsOptions): Promise<void> => {
    const recorder = createRecorder<FastifyRequest>({
      framework: 'fastify',
      sdk: `${manifest.name}/${manifest.version}`,
      options,
    })
    observeFastify(fastify, recorder)
    if (!fastify.hasDecorator('wayside')) {
      fastify.decorate('wayside', { flush: recorder.flush, close: recorder.close, stats: recorder.stats })
    }
    // Fastify runs this when the server has stopped and its last response has closed.
    fastify.addHook('onClose', async () => {
      await recorder.close()
    })
  },
  {
    // The hooks hold for the whole app, not only for what is registered inside this plugin.
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: manifest.name,
    [Symbol.for('plugin-meta')]: { name: manifest.name, fastify: manifest.peerDependencies.fastify },
  },
)
