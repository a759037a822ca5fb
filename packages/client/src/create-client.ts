import type { Overview, Period, Problem, Query, QueryAnswer } from '@wayside/protocol'
import { ask, type Connection } from './ask.ts'
import { pause } from './pause.ts'

export interface ClientOptions {
  /** Of the server, with its base path, such as `https://wayside.example.com`. */
  readonly url: string
  /** A key that may read. */
  readonly apiKey: string
  /** @default that of the platform */
  readonly fetch?: typeof globalThis.fetch
  /** How often a question is asked again after a network error, 429 or 503. @default 3 */
  readonly retries?: number
  /** For each try, milliseconds. @default 30000 */
  readonly timeoutMs?: number
}

export interface CallOptions {
  /** Aborts the call, and the query at the server. */
  readonly signal?: AbortSignal
}

/** What several queries came to, by their names. */
export interface BatchAnswer<Name extends string> {
  readonly answers: Readonly<Partial<Record<Name, QueryAnswer>>>
  /** Of the queries that could not be answered. */
  readonly problems: Readonly<Partial<Record<Name, Problem>>>
}

/** Asks a Wayside server. Every call throws `WaysideApiError` when the server refuses. */
export interface Client {
  /** Answers one query: the page that its `limit` and `cursor` say. */
  query(query: Query, options?: CallOptions): Promise<QueryAnswer>
  /** Answers up to 24 queries in one round trip. One that cannot be answered spoils no other. */
  queries<Name extends string>(queries: Readonly<Record<Name, Query>>, options?: CallOptions): Promise<BatchAnswer<Name>>
  /** All pages of a query, one after the other. */
  pages(query: Query, options?: CallOptions): AsyncGenerator<QueryAnswer, void, undefined>
  /** What the first page of the dashboard shows. @param period - ends now, `'24h'` where absent */
  overview(period?: Period, options?: CallOptions): Promise<Overview>
}

/**
 * Makes a client of the server's API. It holds nothing open and needs no closing.
 * @example
 * const wayside = createClient({ url: 'http://localhost:4270', apiKey })
 * const { rows } = await wayside.query({ metrics: ['requests', 'p95'], dimensions: ['endpoint'] })
 */
export function createClient({ url, apiKey, fetch = globalThis.fetch, retries = 3, timeoutMs = 30_000 }: ClientOptions): Client {
  const connection: Connection = { url: url.replace(/\/+$/, ''), apiKey, fetch, retries, timeoutMs, random: Math.random, pause }
  const query = (body: Query, { signal }: CallOptions = {}) => ask<QueryAnswer>(connection, '/api/v1/query', { body, signal })
  return {
    query,
    queries: (queries, { signal } = {}) => ask(connection, '/api/v1/query/batch', { body: { queries }, signal }),
    async *pages(first, options) {
      let cursor = first.cursor ?? null
      do {
        const page: QueryAnswer = await query(cursor === null ? first : { ...first, cursor }, options)
        yield page
        cursor = page.nextCursor
      } while (cursor !== null)
    },
    overview: (period = '24h', { signal } = {}) => ask(connection, `/api/v1/overview?period=${period}`, { signal }),
  }
}
