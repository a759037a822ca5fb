import { toApiError } from './api-error.ts'

/** How a client reaches the server. */
export interface Connection {
  readonly url: string
  readonly apiKey: string
  readonly fetch: typeof globalThis.fetch
  readonly retries: number
  readonly timeoutMs: number
  /** [0, 1) */
  readonly random: () => number
  /** Resolves after so many milliseconds; rejects when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal | null) => Promise<void>
}

const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 30_000
/** What passes by itself; anything else is answered the same however often it is asked. */
const PASSING = new Set([429, 503])

/**
 * The JSON that the server answers. Asks again after a network error, 429 or 503: all questions only read.
 * @throws WaysideApiError - when the server refuses; what `fetch` throws when it cannot be reached or the signal aborts
 */
export async function ask<Answer>(connection: Connection, path: string, init: { readonly body?: unknown; readonly signal?: AbortSignal | undefined }): Promise<Answer> {
  const signal = init.signal ?? null
  for (let attempt = 0; ; attempt++) {
    const last = attempt >= connection.retries
    const answer = await send(connection, path, init.body, signal).catch((error: unknown) => {
      if (last || signal?.aborted === true) throw error
      return null
    })
    // The server's schema is tied to this type.
    if (answer?.ok === true) return JSON.parse(answer.text) as Answer
    if (answer !== null && (last || !PASSING.has(answer.status))) throw toApiError(answer.status, answer.text)
    const jitterMs = connection.random() * Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt)
    await connection.pause((answer?.retryAfterMs ?? 0) + jitterMs, signal)
  }
}

interface Answered {
  readonly ok: boolean
  readonly status: number
  readonly retryAfterMs: number
  readonly text: string
}

/** Reads the body too, so that one that breaks off counts as a network error. */
async function send({ url, apiKey, fetch, timeoutMs }: Connection, path: string, body: unknown, signal: AbortSignal | null): Promise<Answered> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const answer = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: signal === null ? timeout : AbortSignal.any([signal, timeout]),
  })
  return { ok: answer.ok, status: answer.status, retryAfterMs: retryAfterMs(answer), text: await answer.text() }
}

/** What the server asks for, at most half a minute. */
function retryAfterMs(answer: Response): number {
  const seconds = Number(answer.headers.get('retry-after') ?? 0)
  return Number.isFinite(seconds) ? Math.min(MAX_PAUSE_MS, Math.max(0, seconds * 1_000)) : 0
}
