import type { Recorder } from '@wayside/core'

/** What is injected for `ANALYTICS`: delivers on demand, stops and counts. Closing the app closes it too. */
export type Analytics = Pick<Recorder<unknown>, 'flush' | 'close' | 'stats'>

/**
 * Injects `Analytics`: `constructor(@Inject(ANALYTICS) analytics: Analytics)`, or `app.get(ANALYTICS)`. A registered
 * symbol and no class, so that the ES module and the CommonJS copy of this package mean the same.
 */
export const ANALYTICS: unique symbol = Symbol.for('@wayside/nestjs')
