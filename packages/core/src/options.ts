import type { PrivacyLevel } from '@wayside/protocol'
import type { WaysideProblem } from './problem-reporter.ts'
import type { ReceiverGroup } from './receivers/receiver.ts'
import type { ReceiverGroupOptions } from './receivers/receiver-options.ts'
import type { ResolvedSpool, SpoolMode, SpoolSettings } from './spool-settings.ts'

/**
 * Reads one value from what the framework hands to its handlers. Runs synchronously; `null`, `undefined` and an empty
 * text mean unknown. One that throws or returns something else, a promise too, costs this value only and is counted in
 * `stats().mapperFaults`.
 */
export type Mapper<Source, Value> = (source: Source) => Value | null | undefined

/** Which proxies may name the client: none, so many in front of the app, or those with these addresses or networks. */
export type TrustProxy = false | number | readonly string[]

/** A route or path, in which `*` stands for any text, or a function that tells whether to ignore. */
export type IgnoreRule<Source> = string | ((source: Source) => boolean)

/**
 * What a host can set. All adapters share these options; the mappers get what their framework hands to handlers.
 * A value that cannot be used is an error at start.
 */
export interface Options<Source = unknown> {
  /** Write-only key of the project. Environment: `WAYSIDE_API_KEY`. Without it, and not disabled, start fails. */
  readonly apiKey?: string | undefined
  /**
   * Address of the Wayside server, `http:` or `https:`; a path prefix is kept. Environment: `WAYSIDE_URL`.
   * @default 'http://127.0.0.1:4270'
   */
  readonly serverUrl?: string | undefined
  /**
   * Several servers, in place of `serverUrl`: groups of which each gets every event. As text, one group is
   * `a | b` (failover: the first that takes batches, in this order) or `a, b` (load balance), and several are
   * `{a | b}, {c, d}`. As a list, up to 8 groups with keys, weights, TLS and proxies of their own.
   * Environment, as text: `WAYSIDE_RECEIVERS`. See the guide on receivers.
   */
  readonly receivers?: string | readonly ReceiverGroupOptions[] | undefined
  /**
   * Proxy on the way to the server, `http:` or `https:`, with user and password where it wants them; it is never
   * bypassed. `false` goes without one. Default: what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say; loopback never
   * takes a proxy from there.
   */
  readonly proxy?: string | false | undefined
  /**
   * `true` lets the key and the events go unencrypted over public networks. Without it, an `http:` address must be on
   * this machine or a private network. Environment: `WAYSIDE_ALLOW_CLEARTEXT`.
   * @default false
   */
  readonly allowCleartext?: boolean | undefined
  /**
   * `false` observes nothing, opens no socket and sets no timer. Environment: `WAYSIDE_ENABLED`.
   * @default true
   */
  readonly enabled?: boolean | undefined
  /** Name of the deployment, such as `staging`. Environment: `WAYSIDE_ENVIRONMENT`, else `NODE_ENV`. */
  readonly environment?: string | undefined
  /** Name of this service, where several share a project. Environment: `WAYSIDE_SERVICE`. */
  readonly service?: string | undefined
  /** Version of the deployed code. Environment: `WAYSIDE_SERVICE_VERSION`. */
  readonly serviceVersion?: string | undefined
  /** Name of this process among its copies. Environment: `WAYSIDE_INSTANCE`. */
  readonly instance?: string | undefined
  /**
   * 0 sends the client's IP; 1 sends its network only (IPv4 /24, IPv6 /48); 2 never reads the IP.
   * @default 0
   */
  readonly privacyLevel?: PrivacyLevel | undefined
  /**
   * Proxies whose `X-Forwarded-For` is believed: the number of proxies in front of the app (1 to 32), or a list of their
   * addresses and networks, such as `['10.0.0.0/8', '::1']`. `false` believes the socket only.
   * @default false
   */
  readonly trustProxy?: TrustProxy | undefined
  /**
   * Exchanges that never become events: routes or paths, with `*` for any text, or functions asked when the response
   * has closed. At most 100.
   * @default []
   */
  readonly ignore?: readonly IgnoreRule<Source>[] | undefined
  /** Who calls: an account, not a person's name. Cut to 255 characters. */
  readonly getUserId?: Mapper<Source, string | number | bigint> | undefined
  /** The client's IP, in place of `trustProxy`. Asked when the exchange begins; never asked at level 2. */
  readonly getIpAddress?: Mapper<Source, string> | undefined
  /** In place of the `User-Agent` header. */
  readonly getUserAgent?: Mapper<Source, string> | undefined
  /** In place of the URL's path. A query string that it returns is kept. */
  readonly getPath?: Mapper<Source, string> | undefined
  /** In place of the `Host` header. */
  readonly getHostname?: Mapper<Source, string> | undefined
  /** The caller's API key. Only its hash leaves the process. */
  readonly getApiKey?: Mapper<Source, string> | undefined
  /** The OAuth client that the caller's token was issued to. */
  readonly getOAuthClientId?: Mapper<Source, string> | undefined
  /** Own labels, at most 16, each name up to 64 and value up to 128 characters. */
  readonly getTags?: Mapper<Source, Readonly<Record<string, string | number | boolean | null | undefined>>> | undefined
  /**
   * Sends the messages of errors too; they may hold personal data.
   * @default false
   */
  readonly errorMessages?: boolean | undefined
  /**
   * Longest time that an event waits for others before it is sent. Milliseconds, 100 to 600,000; varied by 20 %, so
   * that processes do not send in step.
   * @default 1000
   */
  readonly flushIntervalMs?: number | undefined
  /**
   * Events in one batch, 1 to 2,000; so many are sent without waiting for the interval.
   * @default 500
   */
  readonly batchEvents?: number | undefined
  /**
   * Events that wait to be encoded, at most, 1 to 100,000. Beyond that the oldest make room, failures and slow responses
   * last; they are counted as `queue_overflow` and still count by endpoint.
   * @default 10000
   */
  readonly maxQueueEvents?: number | undefined
  /**
   * Bytes that wait in memory at most, events and encoded batches together, 65,536 to 134,217,728.
   * @default 16777216
   */
  readonly maxQueueBytes?: number | undefined
  /**
   * Keeps batches on disk. `overflow`: those that wait for more than 5 s, find memory half full, or are left when the
   * process ends. `always`: every batch, within 100 ms and before it is sent, so that a kill loses no more than that.
   * An object sets the folder and its bound too. What a process leaves, a later one delivers, for 72 hours.
   * Environment: `WAYSIDE_SPOOL`.
   * @default 'off'
   */
  readonly spool?: SpoolMode | SpoolSettings | undefined
  /**
   * On SIGTERM, SIGINT and SIGHUP delivers what waits, for at most 2 seconds. If nothing else listens for the signal, the
   * process then ends by it, as it would have at once; else the app decides. Not needed where the framework closes
   * Wayside, as Fastify and NestJS do.
   * @default false
   */
  readonly flushOnSignals?: boolean | undefined
  /**
   * Time for one attempt to deliver a batch to one receiver; the answer must begin in four fifths of it. Milliseconds,
   * 100 to 120,000.
   * @default 10000
   */
  readonly requestTimeoutMs?: number | undefined
  /**
   * Told about trouble with delivery, at most once a minute for each `kind`. Without it, such trouble is a warning of the
   * process. What it throws is swallowed.
   */
  readonly onError?: ((problem: WaysideProblem) => void) | undefined
}

/** What options are when they are not set. */
export const DEFAULTS = Object.freeze({
  serverUrl: 'http://127.0.0.1:4270',
  allowCleartext: false,
  enabled: true,
  privacyLevel: 0,
  trustProxy: false,
  ignore: Object.freeze([]),
  errorMessages: false,
  flushIntervalMs: 1_000,
  batchEvents: 500,
  maxQueueEvents: 10_000,
  maxQueueBytes: 16_777_216,
  spool: 'off',
  flushOnSignals: false,
  requestTimeoutMs: 10_000,
} as const satisfies Options)

/** Options after every check, with nothing left open: `null` stands for what the host did not set. */
export interface ResolvedOptions<Source> {
  /** The project's key; the first receiver's where each has its own. Empty only when disabled. */
  readonly apiKey: string
  readonly receiverGroups: readonly [ReceiverGroup, ...ReceiverGroup[]]
  /** The host or the environment has named an address. */
  readonly addressGiven: boolean
  readonly enabled: boolean
  readonly environment: string | null
  readonly service: string | null
  readonly serviceVersion: string | null
  readonly instance: string | null
  readonly privacyLevel: PrivacyLevel
  readonly trustProxy: TrustProxy
  readonly ignore: readonly IgnoreRule<Source>[]
  readonly mappers: Mappers<Source>
  readonly errorMessages: boolean
  readonly flushIntervalMs: number
  readonly batchEvents: number
  readonly maxQueueEvents: number
  readonly maxQueueBytes: number
  readonly spool: ResolvedSpool | null
  readonly flushOnSignals: boolean
  readonly requestTimeoutMs: number
  readonly onError: ((problem: WaysideProblem) => void) | null
}

/** The host's mappers by option name; `null` where the default reading applies. */
export type Mappers<Source> = { readonly [Name in MapperName]: NonNullable<Options<Source>[Name]> | null }

export type MapperName = (typeof MAPPER_NAMES)[number]

export const MAPPER_NAMES = [
  'getUserId',
  'getIpAddress',
  'getUserAgent',
  'getPath',
  'getHostname',
  'getApiKey',
  'getOAuthClientId',
  'getTags',
] as const satisfies readonly (keyof Options)[]
