/** Why the server gave no answer that the page can show. `detail` is a sentence for the reader. */
export interface ApiFailure {
  /**
   * `key`: the server does not take this key, or not for this; `refused`: the request was understood and declined;
   * `server`: it failed on the server; `unreachable`: no answer came, or none that makes sense.
   */
  readonly kind: 'key' | 'refused' | 'server' | 'unreachable'
  /** HTTP status; `null` when no answer came. */
  readonly status: number | null
  readonly detail: string
  /** How long the server asks to wait, milliseconds; `null` when it does not say. */
  readonly retryAfterMs: number | null
}

/**
 * An answer, or why there is none. `servedAt` is the server's clock when it answered, milliseconds since 1970, to the
 * second; `null` when it did not say.
 */
export type ApiResult<Value> =
  | { readonly ok: true; readonly value: Value; readonly servedAt: number | null }
  | { readonly ok: false; readonly failure: ApiFailure }

/** Reads an error answer: a problem document (RFC 9457) where there is one, else words of our own for its status. */
export function toApiFailure(status: number, body: unknown, retryAfter: string | null): ApiFailure {
  return {
    kind: status === 401 || status === 403 ? 'key' : status >= 500 ? 'server' : 'refused',
    status,
    detail: problemDetail(body) ?? `The server answered with status ${status}.`,
    retryAfterMs: parseRetryAfterMs(retryAfter),
  }
}

/** The failure of a request that got no usable answer. */
export function toUnreachable(detail: string): ApiFailure {
  return { kind: 'unreachable', status: null, detail, retryAfterMs: null }
}

const MAX_DETAIL_LENGTH = 500

function problemDetail(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  for (const member of ['detail', 'title', 'message']) {
    const text: unknown = Reflect.get(body, member)
    if (typeof text === 'string' && text !== '') return text.slice(0, MAX_DETAIL_LENGTH)
  }
  return null
}

/** Only the form in seconds: our server writes no other. */
function parseRetryAfterMs(header: string | null): number | null {
  return header !== null && /^\d{1,5}$/.test(header) ? Number(header) * 1_000 : null
}
