import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { FlushResult, Options, Stats } from '@wayside/core'

/**
 * What an adapter gives the contract: a way to build the contract's app with its framework. A harness file exports
 * `harnesses`, one for each platform that it can drive, and imports nothing but the framework, the adapter and types, so
 * that it also runs with packed tarballs and older majors.
 */
export interface AdapterHarness {
  /** Framework and version, such as `express 5.3.0`. */
  readonly name: string
  /** What the adapter calls its framework in the batches that it sends. */
  readonly framework: string
  /** The harness file's own `import.meta.url`: some cases start the app in a process of their own. */
  readonly module: string
  /** What this framework has no notion of, each with its reason; cases that need it are listed as not applicable. */
  readonly cannot: Readonly<Partial<Record<Capability, string>>>
  /** How this framework writes a path that ends in anything, below `/files`; `/files/a/b.txt` must match. */
  readonly wildcard: string
  /** A route that matches `/digits/42` but not `/digits/x` by a regular expression; absent with `cannot.regex`. */
  readonly regex?: string | RegExp
  /** The route that is recorded for `regex`, in the framework's own words. */
  readonly regexRoute?: string
  /** Reads a request header from what the framework's mappers get. */
  header(source: unknown, name: string): string | undefined
  /** Builds the app with each of `mounts` added in order, before anything else, and listens on a free loopback port. */
  start(app: ContractApp, mounts: readonly AnalyticsMount[]): Promise<RunningApp>
}

/** Things that not every framework knows. */
export type Capability =
  | 'pathArray'
  | 'regex'
  | 'subApp'
  | 'parameterMount'
  | 'throwText'
  /** Answers any error that has a status with that status. */
  | 'errorStatus'
  | 'rawResponse'
  | 'doubleMount'

/** One call of the adapter's `analytics(apiKey, options)`; none at all is the bare app. */
export interface AnalyticsMount {
  readonly apiKey: string
  readonly options: Options<unknown>
}

/** A listening app. */
export interface RunningApp {
  readonly server: Server
  readonly port: number
  /** One for each mount, in order. */
  readonly analytics: readonly AnalyticsHandle[]
  /** Stops the server and its open connections as the framework does it; analytics are left as they are. */
  stop(): Promise<void>
}

/** What every adapter lets its user hold. */
export interface AnalyticsHandle {
  flush(deadline?: { readonly timeoutMs?: number }): Promise<FlushResult>
  close(deadline?: { readonly timeoutMs?: number }): Promise<FlushResult>
  stats(): Stats
}

/**
 * The app that the contract asks for, as data. In front of everything it parses JSON bodies (`Call.body`), and lets errors
 * end as its framework ends them unless `answersErrors` is set.
 */
export interface ContractApp extends RouterSpec {
  readonly guards: readonly Guard[]
  /**
   * The app has an error handler of its own, which answers `{ "error": message }` with the error's `status`, or 500. The
   * message of an error that is no `Error` is `String(error)`.
   */
  readonly answersErrors: boolean
}

export interface RouterSpec {
  readonly routes: readonly RouteSpec[]
  readonly mounts: readonly MountSpec[]
}

/** A router under a path, which may hold parameters. Its handlers see the parameters of the mount. */
export interface MountSpec extends RouterSpec {
  /** A framework's nested router, or a whole app mounted in another (only where `cannot.subApp` is absent). */
  readonly kind: 'router' | 'app'
  readonly path: string
}

export interface RouteSpec {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Paths with `:name` parameters, `wildcard` or `regex` of the harness; a list only where `cannot.pathArray` is absent. */
  readonly path: string | RegExp | readonly string[]
  /** Runs as the framework's handler: what it throws or rejects with is thrown to the framework unchanged. */
  readonly handle: (call: Call) => Answer | Promise<Answer>
}

/** Code in front of the routes, for every request below `path`, also those that match no route. */
export interface Guard {
  readonly path: string
  /** Called as middleware; what it throws goes to the framework. When it returns, the request goes on. */
  readonly check: (request: IncomingMessage) => void
}

/** What a handler gets. */
export interface Call {
  readonly params: Readonly<Record<string, string>>
  /** The parsed JSON body; `undefined` when there was none. */
  readonly body: unknown
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** What a handler answers; the harness sends it in its framework's own way. */
export type Answer = ContentAnswer | StreamAnswer | RawAnswer

export interface ContentAnswer {
  readonly kind: 'content'
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text is sent as text, bytes as bytes, another object as JSON, `null` as no body. */
  readonly body: string | Uint8Array | object | null
}

/** A stream sent as the framework sends streams, with status 200. */
export interface StreamAnswer {
  readonly kind: 'stream'
  readonly headers?: Readonly<Record<string, string>>
  readonly stream: Readable
}

/** The handler writes to Node's response by itself; the framework keeps its hands off. */
export interface RawAnswer {
  readonly kind: 'raw'
  readonly write: (response: ServerResponse, request: IncomingMessage) => void
}
