import { createClient, WaysideAnswerError, WaysideApiError, type Client } from '@wayside/client'
import { readRemote } from '../../config/config.ts'
import type { RemoteFlags } from '../../config/remote.ts'
import { SettingError } from '../../config/settings.ts'

/** A person waits: what does not pass soon is told. */
const RETRIES = 2

/** A client of the server that the flags name, whose failures say what to do. */
export async function askServer<Result>(flags: RemoteFlags, work: (client: Client) => Promise<Result>): Promise<Result> {
  const { url, key } = readRemote(flags)
  const client = connect(url, key)
  try {
    return await work(client)
  } catch (error) {
    throw explain(error, url)
  }
}

function connect(url: string, apiKey: string): Client {
  try {
    return createClient({ url, apiKey, retries: RETRIES })
  } catch (cause) {
    // The client names its options as programs do.
    if (!(cause instanceof RangeError)) throw cause
    const [name, variable] = cause.message.includes('apiKey') ? ['--key', 'WAYSIDE_READ_KEY'] : ['--url', 'WAYSIDE_URL']
    throw new SettingError(cause.message.replace(/^\w+: \w+/, `${name} (${variable})`), { cause })
  }
}

/** What a failed question means for who typed it. */
export function explain(error: unknown, url: string): unknown {
  if (error instanceof WaysideApiError) {
    if (error.status === 401 || error.status === 403) return new SettingError(`--key (WAYSIDE_READ_KEY) must be a key that may read: ${error.message}`, { cause: error })
    if (error.status === 404) return new SettingError(`--url (WAYSIDE_URL) must be that of a Wayside server, with its base path, got ${url}: ${error.message}`, { cause: error })
    return error
  }
  if (error instanceof WaysideAnswerError && error.code === 'not_json')
    return new SettingError(`--url (WAYSIDE_URL) must be that of a Wayside server, with its base path, got ${url}: the answer is no JSON`, { cause: error })
  if (error instanceof DOMException && error.name === 'TimeoutError') return new Error(`${url} did not answer in time`, { cause: error })
  const code = codeOf(error)
  if (code === null) return error
  return new SettingError(`--url (WAYSIDE_URL) must be that of a server that can be reached, got ${url}: ${REASONS[code] ?? code}`, { cause: error })
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; check host and port, and that the server runs',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'its host could not be looked up',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
}

/** `fetch` says why in the cause of its error; of several addresses each failed for itself. */
function codeOf(error: unknown): string | null {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return null
  const { cause } = error
  const [first = cause]: readonly unknown[] = cause instanceof AggregateError ? cause.errors : [cause]
  const code = typeof first === 'object' && first !== null && 'code' in first ? first.code : null
  return typeof code === 'string' ? code : cause.message
}
