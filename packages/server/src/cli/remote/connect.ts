import { createClient, WaysideAnswerError, WaysideApiError, type Client, type ClientOptions } from '@wayside/client'
import { readRemote } from '../../config/config.ts'
import { READ_KEY, SERVER_ADDRESS, toKeyRule, type RemoteFlags, type RemoteKeyOption } from '../../config/remote.ts'
import { SettingError } from '../../config/settings.ts'

/** A person waits: what does not pass soon is told. */
const RETRIES = 2

export interface Asking {
  /** @default one that may read */
  readonly key?: RemoteKeyOption
  /** How long one answer may take, milliseconds. @default that of the client */
  readonly timeoutMs?: number
}

/** A client of the server that the flags name, whose failures say what to do. */
export async function askServer<Result>(flags: RemoteFlags, work: (client: Client) => Promise<Result>, { key: keyOption = READ_KEY, timeoutMs }: Asking = {}): Promise<Result> {
  const { url, key } = readRemote(flags, keyOption)
  const client = connect({ url, apiKey: key, retries: RETRIES, ...(timeoutMs !== undefined && { timeoutMs }) }, keyOption)
  try {
    return await work(client)
  } catch (error) {
    throw explain(error, url, keyOption)
  }
}

function connect(options: ClientOptions, keyOption: RemoteKeyOption): Client {
  try {
    return createClient(options)
  } catch (cause) {
    // The client names its options as programs do.
    if (!(cause instanceof RangeError)) throw cause
    const { flag, variable } = cause.message.includes('apiKey') ? keyOption : SERVER_ADDRESS
    throw new SettingError(cause.message.replace(/^\w+: \w+/, `${flag} (${variable})`), { cause })
  }
}

/** What a failed question means for who typed it. */
export function explain(error: unknown, url: string, keyOption: RemoteKeyOption = READ_KEY): unknown {
  if (error instanceof WaysideApiError) {
    if (error.status === 401 || error.status === 403) return new SettingError(`${toKeyRule(keyOption)}: ${error.message}`, { cause: error })
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
