import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { AddressRefused, assertReachable, createGuardedLookup } from './guarded-lookup.ts'
import type { AddressGuard } from './address-guard.ts'
import type { ResolveHost } from './resolve-host.ts'

/** Somebody who was posted to did not take it. */
export class PostRefused extends Error {
  override readonly name = 'PostRefused'
  /** Whether the same may be taken later. */
  readonly mayRetry: boolean

  constructor(message: string, mayRetry: boolean, options?: ErrorOptions) {
    super(message, options)
    this.mayRetry = mayRetry
  }
}

/** Posts a body to an address that somebody other than the operator has named. Rejects with `PostRefused`. */
export type PostJson = (url: URL, body: string, headers: Readonly<Record<string, string>>) => Promise<void>

const TIMEOUT_MS = 10_000
const MAX_HEADER_BYTES = 16 * 1_024
/** It would not be taken later either: the address or what is sent is wrong. */
const FINAL = new Set([400, 401, 403, 404, 405, 410, 413, 415, 422])

/** Private addresses are refused where they are connected to; redirects are not followed, and of an answer only the status is read. */
export function createPostJson(guard: AddressGuard, resolve: ResolveHost): PostJson {
  const lookup = createGuardedLookup(guard, resolve)
  return async (url, body, headers) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    let response: IncomingMessage
    try {
      assertReachable(guard, url.hostname)
      response = await new Promise<IncomingMessage>((answer, reject) => {
        const request = send(url, {
          method: 'POST',
          headers: { 'user-agent': 'Wayside', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
          lookup,
          agent: false,
          maxHeaderSize: MAX_HEADER_BYTES,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        request.once('response', answer)
        request.once('error', reject)
        request.end(body)
      })
    } catch (error) {
      throw new PostRefused(reasonOf(error), !(error instanceof AddressRefused), { cause: error })
    }
    response.on('error', () => undefined).destroy()
    const status = response.statusCode ?? 0
    if (status < 200 || status > 299) throw new PostRefused(`it answered with status ${status}`, !FINAL.has(status))
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`
  if (error instanceof Error && 'code' in error) return String(error.code)
  return error instanceof Error ? error.message : String(error)
}
