import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * One request and its response as an adapter sees them.
 * @typeParam Source - what the framework hands to its handlers, and what mappers get: Express's `req`, Koa's `ctx`.
 */
export interface Exchange<Source> {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly source: Source
  /** The request target as the client sent it, before any router took a prefix off. */
  readonly url: string
  /** Asked once, when the response has closed: the template that matched, mounts included; `null` when none did. */
  readonly route: () => string | null
}

/** What an adapter may tell about an exchange while it runs. */
export interface Observation {
  /** Runs the app's code so that its outgoing requests count as this exchange's upstream time. */
  run<Result>(work: () => Result): Result
  /**
   * Comes back to this exchange for the rest of the running callback, where a body parser or a connection pool has called
   * back in another async context. Costs next to nothing where it did not.
   */
  resume(): void
  /** Tells the error that the app threw; the first one counts. Never throws. */
  fail(error: unknown): void
}
