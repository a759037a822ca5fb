import { randomBytes } from 'node:crypto'
import process from 'node:process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LIMITS, boundText, normalizeIp } from '@wayside/protocol'
import { createApiKeyHasher } from './api-key-hash.ts'
import { createClaim } from './claim.ts'
import { createClientIpReader } from './client-ip.ts'
import { readEnvironment, readWorkingDirectory } from './config.ts'
import { toTimeoutMs } from './deadline.ts'
import { createErrorDescriber } from './error-fingerprint.ts'
import type { Exchange, Observation } from './exchange.ts'
import { createIdleRecorder } from './idle-recorder.ts'
import { createIgnoreTest } from './ignore.ts'
import type { FlushResult } from './lane/flush-watchers.ts'
import { openLanes } from './open-lanes.ts'
import { createMapperReader } from './mappers.ts'
import { observe, type Clock, type Measured } from './observe.ts'
import type { Options, ResolvedOptions } from './options.ts'
import { parseOptions } from './parse-options.ts'
import { toKeptAddress } from './privacy.ts'
import { watchProcess } from './process-events.ts'
import { createProblemReporter } from './problem-reporter.ts'
import type { Recorder } from './recorder-interface.ts'
import { startWarnings } from './start-warnings.ts'
import { toEvent } from './to-event.ts'
import { createTally, createUpstreamMeter, upstreamUs, type UpstreamTally } from './upstream.ts'
import { toPath } from './url-path.ts'

/** What an adapter says of itself and passes on from its host. */
export interface RecorderSetup<Source> {
  /** Name of the framework, such as `express`. */
  readonly framework: string
  /** Package and version of the adapter, such as `@wayside/express/1.2.3`. */
  readonly sdk: string
  /** Wins over `options.apiKey`. */
  readonly apiKey?: string | undefined
  readonly options?: Options<Source> | undefined
}

/**
 * Makes the recorder of one app.
 * @throws WaysideOptionError when the options cannot be used.
 * @example
 * const recorder = createRecorder({ framework: 'express', sdk: '@wayside/express/1.0.0', apiKey, options })
 * const observation = recorder.observe({ request, response, source: request, url: request.url, route: () => template })
 */
export function createRecorder<Source>({ framework, sdk, apiKey, options }: RecorderSetup<Source>): Recorder<Source> {
  const environment = readEnvironment()
  const resolved = parseOptions(apiKey, options, environment)
  if (!resolved.enabled) return createIdleRecorder()
  for (const warning of startWarnings(resolved, environment.production)) process.emitWarning(warning, 'WaysideWarning')
  return startRecorder(resolved, boundText(framework, LIMITS.labelLength), boundText(sdk, LIMITS.labelLength))
}

const CLOCK: Clock = { now: Date.now, monotonicMs: () => performance.now() }

/** How long the process is held at most, when it ends because it has nothing else to do, and when a signal ends it. */
const LAST_CALL_MS = 1_000
const SIGNAL_MS = 2_000

/** Anything can be thrown, `undefined` too. */
interface Thrown {
  readonly value: unknown
}

/** Wires the stages. */
function startRecorder<Source>(options: ResolvedOptions<Source>, framework: string, sdk: string): Recorder<Source> {
  const { privacyLevel } = options
  const producerId = randomBytes(16).toString('hex')
  const describeError = createErrorDescriber(readWorkingDirectory())
  const report = createProblemReporter(options.onError, CLOCK.monotonicMs)
  const meter = createUpstreamMeter(CLOCK.monotonicMs)
  const mappers = createMapperReader(options.mappers)
  const claim = createClaim(options.apiKey)
  const isIgnored = createIgnoreTest(options.ignore)
  const hashApiKey = createApiKeyHasher()
  const readClientIp = createClientIpReader(options.trustProxy)
  let captured = 0
  const { environment, service, serviceVersion, instance } = options
  const head = { producerId, privacyLevel, sdk, framework, environment, service, serviceVersion, instance }
  const lanes = openLanes({ ...options, head, captured: () => captured, report, clock: CLOCK, random: Math.random })
  /** Captured events at the last call before the end; another one without a new event would be in vain. */
  let calledAt = 0
  const unwatch = watchProcess({
    onIdle() {
      if (closing !== null || captured === calledAt || !lanes.busy) return
      calledAt = captured
      void lanes.lastCall(LAST_CALL_MS)
    },
    onExit: lanes.exit,
    onSignal: options.flushOnSignals ? (isLast) => (isLast ? close(SIGNAL_MS) : lanes.flush(SIGNAL_MS)) : null,
  })
  let closing: Promise<FlushResult> | null = null
  let stopped = false

  function start(exchange: Exchange<Source>): Observation | null {
    if (!claim(exchange.request)) return null
    const ip = readAddress(exchange)
    const tally = createTally()
    let thrown: Thrown | null = null
    observe(exchange.request, exchange.response, CLOCK, (measured) => {
      if (!stopped) record(exchange, measured, ip, tally, thrown)
    })
    return {
      run: (work) => meter.run(tally, work),
      resume: () => meter.resume(tally),
      fail: (error) => void (thrown ??= { value: error }),
    }
  }

  /** Read when the exchange begins: after an abort the socket has no address any more. At level 2 nothing is read. */
  function readAddress({ request, source }: Exchange<Source>): string | null {
    if (privacyLevel === 2) return null
    if (options.mappers.getIpAddress === null) return keep(readClientIp(request))
    const text = mappers.text('getIpAddress', source)
    const address = text === null ? null : normalizeIp(text)
    if (text !== null && address === null) mappers.fault('getIpAddress')
    return keep(address)
  }

  function keep(address: string | null): string | null {
    return address === null ? null : toKeptAddress(address, privacyLevel)
  }

  function record(exchange: Exchange<Source>, measured: Measured, ip: string | null, tally: UpstreamTally, thrown: Thrown | null): void {
    let seq: number | null = null
    try {
      const { request, source } = exchange
      const route = exchange.route()
      const path = mappers.text('getPath', source) ?? toPath(exchange.url)
      if (isIgnored(source, route, path)) return
      seq = captured++
      const error = thrown === null ? null : describeError(thrown.value)
      if (error !== null) lanes.offerStack(error, CLOCK.monotonicMs())
      const apiKey = mappers.text('getApiKey', source)
      const nowMs = CLOCK.monotonicMs()
      const event = toEvent(seq, measured, {
        method: request.method ?? 'GET',
        route,
        path,
        host: mappers.text('getHostname', source) ?? hostOf(request.headers),
        ip,
        upstreamUs: tally.count === 0 ? null : Math.min(upstreamUs(tally, nowMs), measured.durationUs),
        upstreamCount: tally.count,
        userAgent: mappers.text('getUserAgent', source) ?? request.headers['user-agent'] ?? null,
        userId: mappers.text('getUserId', source),
        apiKeyHash: apiKey === null ? null : hashApiKey(apiKey),
        oauthClientId: mappers.text('getOAuthClientId', source),
        errorClass: error?.errorClass ?? null,
        errorFingerprint: error?.fingerprint ?? null,
        errorMessage: options.errorMessages ? (error?.message ?? null) : null,
        tags: mappers.tags(source),
      })
      lanes.push(event, nowMs)
    } catch (error) {
      const lost = seq ?? captured++
      lanes.lose(lost, 'internal_error')
      report('internal_error', `Wayside could not record an exchange: ${String(error)}`)
    }
  }

  function close(timeoutMs: number): Promise<FlushResult> {
    closing ??= closeNow(timeoutMs)
    return closing
  }

  async function closeNow(timeoutMs: number): Promise<FlushResult> {
    // A server tells that it has closed some ticks before its last responses tell the same.
    await nextTurn()
    const result = await lanes.close(timeoutMs, () => void (stopped = true))
    unwatch()
    meter.close()
    return result
  }

  return {
    enabled: true,
    observe(exchange) {
      if (closing !== null) return null
      try {
        return start(exchange)
      } catch (error) {
        report('internal_error', `Wayside could not observe an exchange: ${String(error)}`)
        return null
      }
    },
    flush: (deadline) => closing ?? lanes.flush(toTimeoutMs(deadline)),
    close: (deadline) => close(toTimeoutMs(deadline)),
    stats: () => ({ captured, ...lanes.stats(), mapperFaults: mappers.faults }),
  }
}

function hostOf(headers: Exchange<unknown>['request']['headers']): string | null {
  const host = headers.host ?? headers[':authority']
  return typeof host === 'string' ? host : null
}
