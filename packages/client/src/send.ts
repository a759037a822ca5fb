import { toApiError } from './api-error.ts'
import type { Connection } from './client-options.ts'
import { readText } from './read-body.ts'
import { parseRetryAfter } from './retry-after.ts'

/** A refusal is read no further; a problem document is shorter than this by far. */
const MAX_PROBLEM_BYTES = 65_536

export interface Sending {
  readonly signal: AbortSignal
  /** @default POST with a body, GET without */
  readonly method?: 'DELETE' | 'PATCH'
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * One try. Resolves with an answer that is good, its body not yet read.
 * @throws WaysideApiError - when the server refuses; what `fetch` throws when it cannot be reached or the signal aborts
 */
export async function send({ url, apiKey, fetch, now }: Connection, path: string, { signal, method, body, headers }: Sending): Promise<Response> {
  const response = await fetch(`${url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { authorization: `Bearer ${apiKey}`, accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal,
  })
  if (response.ok) return response
  const text = await readText(response, MAX_PROBLEM_BYTES).catch(() => '')
  signal.throwIfAborted()
  throw toApiError(response.status, text, parseRetryAfter(response.headers.get('retry-after'), now()))
}
