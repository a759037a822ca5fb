import { Socket } from 'node:net'
import type { Options, Recorder, RecorderSetup } from '../../../packages/core/src/index.ts'
import { finish, makeExchange } from '../../record/exchanges.ts'
import { loadPackage } from './load-package.ts'
import type { CapturedEvent, SdkSetup, StartSdk } from './sdk.ts'

/**
 * Wayside: an exchange for each event, of Node's own request and response objects. What an adapter does beside that is
 * to name the route.
 */
export const startWayside: StartSdk = (setup) => start(setup, {})

export const startWaysideWithSpool: StartSdk = (setup) => start(setup, { spool: 'overflow' })

function start({ collectorUrl, key }: SdkSetup, options: Options<CapturedEvent>) {
  // The packed package, whose exports are those of the sources.
  const core: { createRecorder(setup: RecorderSetup<CapturedEvent>): Recorder<CapturedEvent> } = loadPackage('@wayside/core')
  const recorder = core.createRecorder({
    framework: 'node',
    sdk: '@wayside/core/bench',
    apiKey: key,
    options: { serverUrl: collectorUrl, onError: () => undefined, getTags: toTags, ...options },
  })
  const socket = new Socket()
  return {
    capture(event: CapturedEvent) {
      const exchange = makeExchange(event, socket)
      const { request, response } = exchange
      recorder.observe({ request, response, source: event, url: request.url ?? '/', route: () => event.route })
      finish(exchange)
      response.emit('close')
    },
    shutdown: () => recorder.close(),
  }
}

const TAG_LENGTH = 128

/** A tag holds so many characters; a filler takes several. */
function toTags({ filler }: CapturedEvent): Record<string, string> {
  const tags: Record<string, string> = {}
  for (let at = 0; at * TAG_LENGTH < filler.length; at++) tags[`filler${at}`] = filler.slice(at * TAG_LENGTH, (at + 1) * TAG_LENGTH)
  return tags
}
