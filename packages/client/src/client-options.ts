import { pause } from './pause.ts'

export interface ClientOptions {
  /** Of the server, with its base path, such as `https://wayside.example.com`. */
  readonly url: string
  /** A key that may read: `wayside keys create --kind read`. */
  readonly apiKey: string
  /** @default that of the platform */
  readonly fetch?: typeof globalThis.fetch
  /** How often a question is asked again after a network error, 429 or 503. 0 to 100. @default 3 */
  readonly retries?: number
  /** For each try, milliseconds; of a live stream the longest silence. 1 to 3,600,000. @default 30000 */
  readonly timeoutMs?: number
  /** The longest answer that is read, bytes; what is longer is a `WaysideAnswerError`. 1 and more. @default 67108864 */
  readonly maxAnswerBytes?: number
}

export const DEFAULTS = Object.freeze({ retries: 3, timeoutMs: 30_000, maxAnswerBytes: 67_108_864 })

/** How a client reaches the server. */
export interface Connection {
  /** Without a slash at its end. */
  readonly url: string
  readonly apiKey: string
  readonly fetch: typeof globalThis.fetch
  readonly retries: number
  readonly timeoutMs: number
  readonly maxAnswerBytes: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** [0, 1) */
  readonly random: () => number
  /** Resolves after so many milliseconds; rejects when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal | null) => Promise<void>
}

/** Checks options once. Throws `RangeError` with the value seen and the fix. */
export function toConnection({ url, apiKey, fetch = globalThis.fetch, retries, timeoutMs, maxAnswerBytes }: ClientOptions): Connection {
  return {
    url: checkUrl(url),
    apiKey: checkKey(apiKey),
    fetch,
    retries: checkWhole('retries', retries ?? DEFAULTS.retries, 0, 100),
    timeoutMs: checkWhole('timeoutMs', timeoutMs ?? DEFAULTS.timeoutMs, 1, 3_600_000),
    maxAnswerBytes: checkWhole('maxAnswerBytes', maxAnswerBytes ?? DEFAULTS.maxAnswerBytes, 1, Number.MAX_SAFE_INTEGER),
    now: Date.now,
    random: Math.random,
    pause,
  }
}

function checkUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '' || parsed.username !== '' || parsed.password !== '')
    throw invalid('url', 'an address such as https://wayside.example.com, without user, query and fragment', parsed === null ? url : parsed.origin)
  return parsed.href.replace(/\/+$/, '')
}

/** Other characters cannot stand in a header; the value itself is a secret. */
function checkKey(apiKey: string): string {
  if (typeof apiKey === 'string' && /^[!-~]{1,512}$/.test(apiKey)) return apiKey
  throw new RangeError('ANALYTICS_INVALID_OPTION: apiKey must be a key that may read, as `wayside keys create --kind read` prints it')
}

function checkWhole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw invalid(name, `a whole number from ${least} to ${most}`, value)
}

function invalid(name: string, wanted: string, seen: unknown): RangeError {
  return new RangeError(`ANALYTICS_INVALID_OPTION: ${name} must be ${wanted}, got ${JSON.stringify(seen)} (${typeof seen})`)
}
