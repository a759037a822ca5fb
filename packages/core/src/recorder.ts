import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LIMITS, boundText, normalizeIp, type ApiEvent, type BatchHead } from '@wayside/protocol'
import { createApiKeyHasher } from './api-key-hash.ts'
import { createBooks } from './books.ts'
import { createClaim } from './claim.ts'
import { createClientIpReader } from './client-ip.ts'
import { readEnvironment } from './config.ts'
import { createDelivery } from './delivery.ts'
import { describeError } from './error-fingerprint.ts'
import { createErrorStacks } from './error-stacks.ts'
import type { Exchange, Observation } from './exchange.ts'
import { freezeBatch } from './frozen-batch.ts'
import { createIgnoreTest } from './ignore.ts'
import { mapTags, mapText } from './mappers.ts'
import { observe, type Clock, type Measured } from './observe.ts'
import { DEFAULTS, type MapperName, type Options, type ResolvedOptions } from './options.ts'
import { parseOptions } from './parse-options.ts'
import { toKeptAddress } from './privacy.ts'
import { createProblemReporter } from './problem-reporter.ts'
import { createQueue } from './queue.ts'
import { sizeOfEvent } from './event-size.ts'
import { toEvent } from './to-event.ts'
import { createTransport } from './transport.ts'
import { createTally, createUpstreamMeter, upstreamUs, type UpstreamTally } from './upstream.ts'

/** Records the exchanges of one app: what an adapter holds. None of its methods throws, blocks or rejects. */
export interface Recorder<Source> {
  /** `false` when analytics are off: an adapter then leaves its framework untouched. */
  readonly enabled: boolean
  /**
   * Starts to observe an exchange; it becomes an event when its response closes. `null` when nothing is to be
   * recorded: analytics are off, or a recorder with the same key already observes this exchange.
   */
  observe(exchange: Exchange<Source>): Observation | null
  /**
   * Runs each call that a framework traces on the diagnostics channel as `Observation.run` does, where `find` knows its
   * observation: a callback of a body parser or a connection pool comes back in another async context. Until `close()`.
   */
  follow(channelName: string, find: (message: unknown) => Observation | undefined): void
  /** Delivers what is queued. Resolves when all of it is delivered or the deadline has passed. */
  flush(deadline?: Deadline): Promise<FlushResult>
  /** Stops recording, then flushes. Closing again returns the same promise. */
  close(deadline?: Deadline): Promise<FlushResult>
  stats(): Stats
}

export interface Deadline {
  /**
   * Milliseconds to wait, 0 to 600,000.
   * @default 2000
   */
  readonly timeoutMs?: number
}

/** What became of the events that were queued when `flush` or `close` was called. */
export interface FlushResult {
  readonly delivered: number
  /** Still queued when the deadline passed; after `close` these are dropped and counted. */
  readonly pending: number
  readonly dropped: number
}

/** Cumulative counters of one recorder. */
export interface Stats {
  readonly captured: number
  readonly delivered: number
  readonly pending: number
  /** Drops by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** Mapper results that were thrown away, by mapper. */
  readonly mapperFaults: Readonly<Record<string, number>>
}

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
  if (!resolved.enabled) return IDLE
  if (environment.production && options?.serverUrl === undefined && environment.serverUrl === undefined)
    process.emitWarning(
      `Wayside sends to ${DEFAULTS.serverUrl} because neither serverUrl nor WAYSIDE_URL is set.`,
      'WaysideWarning',
    )
  return startRecorder(resolved, boundText(framework, LIMITS.labelLength), boundText(sdk, LIMITS.labelLength))
}

const NOTHING: FlushResult = Object.freeze({ delivered: 0, pending: 0, dropped: 0 })

/** The recorder of an app that has analytics turned off. */
const IDLE: Recorder<unknown> = Object.freeze({
  enabled: false,
  observe: () => null,
  follow: () => {},
  flush: () => Promise.resolve(NOTHING),
  close: () => Promise.resolve(NOTHING),
  stats: () => ({ captured: 0, delivered: 0, pending: 0, dropped: {}, mapperFaults: {} }),
})

const CLOCK: Clock = { now: Date.now, monotonicMs: () => performance.now() }

/** Wires the stages. */
function startRecorder<Source>(options: ResolvedOptions<Source>, framework: string, sdk: string): Recorder<Source> {
  const { mappers, privacyLevel } = options
  const books = createBooks()
  const report = createProblemReporter(options.onError, CLOCK.monotonicMs)
  const stacks = createErrorStacks()
  const meter = createUpstreamMeter(CLOCK.monotonicMs)
  const readClientIp = createClientIpReader(options.trustProxy)
  const isIgnored = createIgnoreTest(options.ignore)
  const hashApiKey = createApiKeyHasher()
  const claim = createClaim(options.apiKey)
  const producerId = randomBytes(16).toString('hex')
  const workingDirectory = process.cwd()
  const mapperFaults: Partial<Record<MapperName, number>> = {}
  const onFault = (mapper: MapperName) => void (mapperFaults[mapper] = (mapperFaults[mapper] ?? 0) + 1)
  let closing: Promise<FlushResult> | null = null
  let stopped = false

  const queue = createQueue<ApiEvent>({
    maxItems: options.maxQueueEvents,
    maxBytes: options.maxQueueBytes,
    sizeOf: sizeOfEvent,
    onOverflow: (entry) => delivery.overflowed(entry),
  })
  const transport = createTransport({
    serverUrl: options.serverUrl,
    apiKey: options.apiKey,
    requestTimeoutMs: options.requestTimeoutMs,
    now: CLOCK.now,
  })
  const delivery = createDelivery({
    queue,
    batchItems: options.batchEvents,
    flushIntervalMs: options.flushIntervalMs,
    freeze: (events) => freezeBatch({ head: head(), events, stacks: stacks.take() }),
    send: transport.send,
    onDelivered: books.deliver,
    onDropped: books.drop,
    onProblem: (kind, reason) => report(kind, `Wayside cannot deliver to ${options.serverUrl.href}: ${reason}`),
    monotonicMs: CLOCK.monotonicMs,
    random: Math.random,
  })

  function head(): BatchHead {
    return {
      producerId,
      privacyLevel,
      sdk,
      framework,
      environment: options.environment,
      service: options.service,
      serviceVersion: options.serviceVersion,
      instance: options.instance,
      books: books.snapshot(),
    }
  }

  function keep(address: string | null): string | null {
    return address === null ? null : toKeptAddress(address, privacyLevel)
  }

  /** Read when the exchange begins: after an abort the socket has no address any more. */
  function readAddress({ request, source }: Exchange<Source>): string | null {
    if (privacyLevel === 2) return null
    const { getIpAddress } = mappers
    if (getIpAddress === null) return keep(readClientIp(request))
    const text = mapText('getIpAddress', getIpAddress, source, onFault)
    const address = text === null ? null : normalizeIp(text)
    if (text !== null && address === null) onFault('getIpAddress')
    return keep(address)
  }

  function record(exchange: Exchange<Source>, measured: Measured, ip: string | null, tally: UpstreamTally, thrown: Thrown | null): void {
    const { request, source, url } = exchange
    const text = (name: Exclude<MapperName, 'getTags' | 'getIpAddress'>): string | null => {
      const mapper = mappers[name]
      return mapper === null ? null : mapText<Source>(name, mapper, source, onFault)
    }
    const route = exchange.route()
    const path = text('getPath') ?? toPath(url)
    if (isIgnored(source, route, path)) return
    const seq = books.capture()
    try {
      const error = thrown === null ? null : describeError(thrown.value, workingDirectory)
      if (error !== null) stacks.offer(error, CLOCK.monotonicMs())
      const key = text('getApiKey')
      const event = toEvent(seq, measured, {
        method: request.method ?? 'GET',
        route,
        path,
        host: text('getHostname') ?? request.headers.host ?? null,
        ip,
        upstreamUs: tally.count === 0 ? null : Math.min(upstreamUs(tally, CLOCK.monotonicMs()), measured.durationUs),
        upstreamCount: tally.count,
        userAgent: text('getUserAgent') ?? request.headers['user-agent'] ?? null,
        userId: text('getUserId'),
        apiKeyHash: key === null ? null : hashApiKey(key),
        oauthClientId: text('getOAuthClientId'),
        errorClass: error?.errorClass ?? null,
        errorFingerprint: error?.fingerprint ?? null,
        errorMessage: options.errorMessages ? (error?.message ?? null) : null,
        tags: mappers.getTags === null ? null : mapTags(mappers.getTags, source, onFault),
      })
      queue.push(event, CLOCK.monotonicMs())
      delivery.pushed()
    } catch (error) {
      books.drop('internal_error', 1)
      report('internal_error', `Wayside could not record an exchange: ${String(error)}`)
    }
  }

  function start(exchange: Exchange<Source>): Observation | null {
    if (!claim(exchange.request)) return null
    const ip = readAddress(exchange)
    const tally = createTally()
    let thrown: Thrown | null = null
    observe(exchange.request, exchange.response, CLOCK, (measured) => {
      if (!stopped) guard(() => record(exchange, measured, ip, tally, thrown))
    })
    return {
      upstream: tally,
      run: (work) => meter.run(tally, work),
      fail: (error) => void (thrown ??= { value: error }),
    }
  }

  /** Our own fault must never become the host's. */
  function guard<Result>(work: () => Result): Result | null {
    try {
      return work()
    } catch (error) {
      report('internal_error', `Wayside could not observe an exchange: ${String(error)}`)
      return null
    }
  }

  return {
    enabled: true,
    observe: (exchange) => (closing === null ? guard(() => start(exchange)) : null),
    follow: (channelName, find) => meter.follow(channelName, (message) => find(message)?.upstream),
    flush: (deadline) => delivery.flush(deadlineMs(deadline)),
    close(deadline) {
      // A server tells that it has closed some ticks before its last responses tell the same.
      closing ??= nextTurn()
        .then(() => {
          stopped = true
          return delivery.flush(deadlineMs(deadline))
        })
        .finally(() => {
          delivery.stop()
          meter.close()
          transport.close()
        })
      return closing
    },
    stats: () => ({
      captured: books.captured,
      delivered: books.delivered,
      pending: books.pending,
      dropped: books.dropped,
      mapperFaults: { ...mapperFaults },
    }),
  }
}

/** Anything can be thrown, `undefined` too. */
interface Thrown {
  readonly value: unknown
}

/** Without the query string and, for a request to a proxy, without scheme and host. */
function toPath(url: string): string {
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

const DEFAULT_TIMEOUT_MS = 2_000
const MAX_TIMEOUT_MS = 600_000

/** A deadline never throws: what is no number counts as not given. */
function deadlineMs(deadline: Deadline | undefined): number {
  const timeoutMs = deadline?.timeoutMs
  return typeof timeoutMs === 'number' && timeoutMs >= 0 ? Math.min(timeoutMs, MAX_TIMEOUT_MS) : DEFAULT_TIMEOUT_MS
}
