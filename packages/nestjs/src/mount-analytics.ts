import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common'
import type { AbstractHttpAdapter } from '@nestjs/core'
import { createAttachment, createRecorder, type Attachment, type Observation, type Options, type Recorder } from '@wayside/core'
import manifest from '../package.json' with { type: 'json' }
import type { Analytics } from './analytics.ts'
import { isUnmatched } from './is-unmatched.ts'
import { observePlatform } from './observe-platform.ts'
import { watchExceptions } from './watch-exceptions.ts'

/** What Nest's exception layer tells about an exchange before its response has closed. */
interface Seen {
  observation: Observation | null
  unmatched: boolean
}

/** Makes the analytics of one app, with the hooks that Nest calls on every provider. */
export function mountAnalytics(
  adapter: AbstractHttpAdapter | null | undefined,
  options: Options,
): Analytics & OnApplicationBootstrap & OnApplicationShutdown {
  const recorder = createRecorder<unknown>({ framework: 'nestjs', sdk: `${manifest.name}/${manifest.version}`, options })
  const exchanges = createAttachment<Seen>()
  const stopWatching = watchExceptions((exception, request, response) => {
    const seen = exchanges.get(response)
    if (seen === undefined) return
    if (isUnmatched(exception, request)) seen.unmatched = true
    else seen.observation?.fail(exception)
  })
  const platform = observePlatform(adapter, withRoutesOfNest(recorder, exchanges))
  const close: Analytics['close'] = (deadline) => {
    stopWatching()
    platform.close()
    return recorder.close(deadline)
  }
  return {
    flush: recorder.flush,
    close,
    stats: recorder.stats,
    onApplicationBootstrap: platform.start,
    // Nest calls it when the server has stopped.
    onApplicationShutdown: async () => void (await close()),
  }
}

/** Platforms route Nest's own "not found" handler like any other; to the user nothing matched. */
function withRoutesOfNest(recorder: Recorder<unknown>, exchanges: Attachment<Seen>): Recorder<unknown> {
  return {
    ...recorder,
    observe: (exchange) => {
      const seen: Seen = { observation: null, unmatched: false }
      const route = () => (seen.unmatched ? null : exchange.route())
      seen.observation = recorder.observe({ ...exchange, route })
      if (seen.observation !== null) exchanges.set(exchange.response, seen)
      return seen.observation
    },
  }
}
