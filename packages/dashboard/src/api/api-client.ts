import type { Overview, Period } from '@wayside/protocol'
import { toApiFailure, toUnreachable, type ApiResult } from './api-failure.ts'
import { parseOverview } from './parse-overview.ts'

/** Asks the server that serves this page. Never throws: what goes wrong is part of the result. */
export interface ApiClient {
  /** @param signal - gives up the request; its result then is a failure that nobody should show */
  overview(key: string, period: Period, signal?: AbortSignal): Promise<ApiResult<Overview>>
  /** Whose key this is and what it may do. */
  project(key: string): Promise<ApiResult<Project>>
  /** Makes a project and its key. Servers allow it on loopback or when told to; else a `key` failure says how. */
  generateKey(): Promise<ApiResult<string>>
}

export interface Project {
  readonly name: string
  /** `false` for keys that only read: they cannot stand in the code that sends events. */
  readonly sends: boolean
}

export interface ApiClientOptions {
  readonly fetch: typeof fetch
  /** The address that the page is served under, with its base path and a slash at the end. */
  readonly serverUrl: string
  /** After this an answer counts as missing, milliseconds. @default 20000 */
  readonly timeoutMs?: number
}

export function createApiClient({ fetch, serverUrl, timeoutMs = 20_000 }: ApiClientOptions): ApiClient {
  type Parse<Value> = (body: unknown) => Value | null
  async function ask<Value>(path: string, init: RequestInit, parse: Parse<Value>): Promise<ApiResult<Value>> {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(new URL(path, serverUrl), {
        ...init,
        signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout,
        cache: 'no-store',
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      })
      const body = await readJson(response)
      const { ok, status, headers } = response
      if (!ok) return { ok, failure: toApiFailure(status, body, headers.get('retry-after')) }
      const value = parse(body)
      if (value === null) return { ok: false, failure: toUnreachable(NOT_OURS) }
      return { ok, value, servedAt: parseDate(headers.get('date')) }
    } catch {
      // A browser tells a script nothing about why a request failed; our own deadline is the one cause that we know.
      const late = `The server did not answer within ${timeoutMs / 1_000} seconds.`
      return { ok: false, failure: toUnreachable(timeout.aborted ? late : 'The server cannot be reached.') }
    }
  }

  const withKey = (key: string, signal?: AbortSignal): RequestInit => ({
    headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
    ...(signal && { signal }),
  })

  return {
    overview: (key, period, signal) => ask(`api/v1/overview?period=${period}`, withKey(key, signal), parseOverview),
    project: (key) => ask('api/v1/project', withKey(key), parseProject),
    generateKey: () => ask('api/generate', { method: 'POST' }, parseKey),
  }
}

const NOT_OURS =
  'The answer is not one of this version of Wayside. ' +
  'Reload the page; if that does not help, look at the proxy in front of the server.'

function parseDate(header: string | null): number | null {
  const at = Date.parse(header ?? '')
  return Number.isNaN(at) ? null : at
}

/** `null` when the body is no JSON, as that of a proxy's error page. */
async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function parseKey(body: unknown): string | null {
  return typeof body === 'string' && body !== '' ? body : null
}

function parseProject(body: unknown): Project | null {
  if (typeof body !== 'object' || body === null) return null
  const name: unknown = Reflect.get(body, 'name')
  const kind: unknown = Reflect.get(body, 'keyKind')
  return typeof name === 'string' ? { name, sends: kind !== 'read' } : null
}
