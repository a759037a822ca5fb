import type { Query } from '@wayside/protocol'
import { toApiFailure, toUnreachable, type ApiResult } from './api-failure.ts'
import { boolean, listOf, number, orNull, record, text, type Check } from './checks.ts'
import { isOfPerson, isOfShare, toCredentials, toKeyOfShare } from './credentials.ts'
import { EXTRAS, type ExtraName } from './extras.ts'
import type { PageAnswer, PageQuestion } from './page-question.ts'
import { parseAnswers } from './parse-answers.ts'

/** Asks the server that serves this page. Never throws: what goes wrong is part of the result. */
export interface ApiClient {
  /** @param signal - gives up the request, at the server too; its result then is a failure that nobody should show */
  page(key: string, question: PageQuestion, signal?: AbortSignal): Promise<ApiResult<PageAnswer>>
  /** The answer of a query as CSV. */
  csv(key: string, query: Query): Promise<ApiResult<string>>
  /** Changes something. @param is - tells whether a decoded answer is what was expected */
  change(key: string, change: Change, is: Check): Promise<ApiResult<unknown>>
  /** Whose key this is and what it may do. */
  project(key: string): Promise<ApiResult<Project>>
  /** What a shared link is. */
  shared(token: string): Promise<ApiResult<SharedInfo>>
  /** Gives the password of a shared link. Answers with its pass; a `key` failure says that it is another. */
  openShared(token: string, password: string): Promise<ApiResult<string>>
  /** Who is logged in. @param key - of a person */
  person(key: string): Promise<ApiResult<Person>>
  /** Ends the session of whoever is logged in in this browser. @param key - of a person */
  logOut(key: string): Promise<ApiResult<unknown>>
  /** Makes a project and its key. Servers allow it on loopback or when told to; else a `key` failure says how. */
  generateKey(): Promise<ApiResult<string>>
  /**
   * Watches what happens in the project, until the signal aborts or the stream ends. Calls back with how many requests came in
   * since it last did.
   */
  watch(key: string, signal: AbortSignal, onArrivals: (count: number) => void): Promise<void>
}

export interface Change {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the server's address, such as `api/v1/exports`. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
}

export interface Project {
  readonly name: string
  /** `false` for keys that only read: they cannot stand in the code that sends events. */
  readonly sends: boolean
  /** The least privacy level that the server stores, 0 to 2. */
  readonly privacyFloor: number
}

/** What readers of a shared link are told before they see anything. */
export interface SharedInfo {
  readonly label: string
  readonly hasPassword: boolean
}

/** A project that somebody was let into. */
export interface PersonProject {
  readonly id: string
  readonly name: string
  /** When it is removed as nobody uses it, milliseconds since 1970; `null` where it is not to be. */
  readonly removedAt: number | null
}

/** Somebody who is logged in. */
export interface Person {
  readonly email: string
  /** Those that the person was let into. */
  readonly projects: readonly PersonProject[]
}

export interface ApiClientOptions {
  readonly fetch: typeof fetch
  /** The address that the page is served under, with its base path and a slash at the end. */
  readonly serverUrl: string
  /** After this an answer counts as missing, milliseconds. @default 90000 */
  readonly timeoutMs?: number
}

export function createApiClient({ fetch, serverUrl, timeoutMs = 90_000 }: ApiClientOptions): ApiClient {
  const send = (path: string, init: RequestInit) =>
    fetch(new URL(path, serverUrl), { credentials: 'omit', ...init, cache: 'no-store', referrerPolicy: 'no-referrer' })

  async function ask<Value>(path: string, init: RequestInit, parse: (body: unknown) => Value | null): Promise<ApiResult<Value>> {
    const timeout = AbortSignal.timeout(timeoutMs)
    try {
      const response = await send(path, { ...init, signal: init.signal ? AbortSignal.any([init.signal, timeout]) : timeout })
      const body = await response.text()
      const { ok, status, headers } = response
      if (!ok) return { ok, failure: toApiFailure(status, parseJson(body), headers.get('retry-after')) }
      const value = parse(isJson(headers) ? parseJson(body) : body)
      if (value === null) return { ok: false, failure: toUnreachable(NOT_OURS) }
      return { ok, value, servedAt: parseDate(headers.get('date')) }
    } catch {
      // A browser tells a script nothing about why a request failed; our own deadline is the one cause that we know.
      const late = `The server did not answer within ${timeoutMs / 1_000} seconds.`
      return { ok: false, failure: toUnreachable(timeout.aborted ? late : 'The server cannot be reached.') }
    }
  }

  const withKey = (key: string, signal?: AbortSignal, accept = 'application/json'): RequestInit => {
    const { headers, credentials } = toCredentials(key)
    return { headers: { ...headers, accept }, credentials, ...(signal && { signal }) }
  }
  const withBody = (init: RequestInit, body: unknown, accept: string): RequestInit => ({
    ...init,
    method: 'POST',
    headers: { ...init.headers, accept, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

  const change: ApiClient['change'] = (key, { method, path, body }, is) =>
    ask(path, { ...(body === undefined ? withKey(key) : withBody(withKey(key), body, 'application/json')), method }, (answer) => (is(answer) ? answer : null))

  return {
    async page(key, { queries, extras }, signal) {
      const init = withKey(key, signal)
      const names = Object.keys(extras).filter(isExtraName)
      const askBatch = Object.keys(queries).length === 0 ? null : ask(isOfShare(key) ? 'api/v1/shared/query/batch' : 'api/v1/query/batch', withBody(init, { queries }, 'application/json'), parseAnswers)
      const askExtra = async (name: ExtraName) => {
        const { path, is } = EXTRAS[name]
        const { span, ...params } = extras[name] ?? {}
        const meta = span === undefined ? null : await askBatch?.then((batch) => (batch.ok ? batch.value.answers[span]?.meta : null))
        const query = new URLSearchParams({ ...params, ...(meta && { from: String(meta.from), to: String(meta.to) }) })
        return { name, result: await ask(`${path}?${query.toString()}`, init, (body) => (is(body) ? body : null)) }
      }
      const [batch, ...others] = await Promise.all([askBatch, ...names.map(askExtra)])
      return toPageResult(batch, others)
    },
    csv: (key, query) => ask('api/v1/query?format=csv', withBody(withKey(key), query, 'text/csv'), (body) => (typeof body === 'string' ? body : null)),
    change,
    project: (key) =>
      isOfShare(key)
        ? ask('api/v1/shared', withKey(key), (body) => (isSharedInfo(body) ? { name: body.label, sends: false, privacyFloor: 0 } : null))
        : ask('api/v1/project', withKey(key), (body) => parseProject(body, key)),
    shared: (token) => ask('api/v1/shared', withKey(toKeyOfShare(token, null)), (body) => (isSharedInfo(body) ? body : null)),
    openShared: (token, password) =>
      ask('api/v1/shared/open', withBody(withKey(toKeyOfShare(token, null)), { password }, 'application/json'), (body) => (hasPass(body) ? String(Reflect.get(Object(body), 'pass')) : null)),
    person: (key) => ask('api/v1/me', withKey(key), (body) => (isPerson(body) ? body : null)),
    logOut: (key) => change(key, { method: 'POST', path: 'api/v1/logout', body: {} }, record({})),
    generateKey: () => ask('api/generate', { method: 'POST' }, (body) => (typeof body === 'string' && body !== '' ? body : null)),
    async watch(key, signal, onArrivals) {
      try {
        const { ok, body } = await send('api/v1/live', withKey(key, signal, 'text/event-stream'))
        if (ok && body !== null) await readArrivals(body, onArrivals)
      } catch {
        // The stream broke off, or was given up; whoever watches decides whether to come back.
      }
    },
  }
}

const NOT_OURS =
  'The answer is not one of this version of Wayside. ' +
  'Reload the page; if that does not help, look at the proxy in front of the server.'

interface ExtraResult {
  readonly name: ExtraName
  readonly result: ApiResult<unknown>
}

/** One answer of several. A part that is refused spoils no other; a key that is not taken, or a server that fails, spoils all. */
function toPageResult(batch: ApiResult<{ readonly answers: PageAnswer['answers']; readonly problems: PageAnswer['problems'] }> | null, others: readonly ExtraResult[]): ApiResult<PageAnswer> {
  if (batch !== null && !batch.ok) return batch
  const extras: Partial<Record<ExtraName, unknown>> = {}
  const problems: Record<string, { status: number; detail: string }> = { ...batch?.value.problems }
  let servedAt = batch?.servedAt ?? null
  for (const { name, result } of others) {
    if (result.ok) {
      extras[name] = result.value
      servedAt ??= result.servedAt
    } else if (result.failure.kind === 'refused') problems[name] = { status: result.failure.status ?? 0, detail: result.failure.detail }
    else return result
  }
  // The boundary cast: each was checked by the `is` of its name.
  return { ok: true, value: { answers: batch?.value.answers ?? {}, problems, extras: extras as PageAnswer['extras'] }, servedAt }
}

function isExtraName(name: string): name is ExtraName {
  return name in EXTRAS
}

/** Counts the requests that server-sent events tell of; the first event holds those that were there before. */
async function readArrivals(body: ReadableStream<Uint8Array<ArrayBuffer>>, onArrivals: (count: number) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let isFirst = true
  let rest = ''
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (!line.startsWith('data: ')) continue
      const told = parseJson(line.slice(6))
      const requests: unknown = typeof told === 'object' && told !== null ? Reflect.get(told, 'requests') : null
      if (!isFirst && Array.isArray(requests) && requests.length > 0) onArrivals(requests.length)
      isFirst = false
    }
  }
}

function isJson(headers: Headers): boolean {
  return !(headers.get('content-type') ?? '').startsWith('text/csv')
}

function parseDate(header: string | null): number | null {
  const at = Date.parse(header ?? '')
  return Number.isNaN(at) ? null : at
}

/** `null` when the text is no JSON, as that of a proxy's error page. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function parseProject(body: unknown, key: string): Project | null {
  if (typeof body !== 'object' || body === null) return null
  const name: unknown = Reflect.get(body, 'name')
  const kind: unknown = Reflect.get(body, 'keyKind')
  const floor: unknown = Reflect.get(body, 'privacyFloor')
  return typeof name === 'string' ? { name, sends: kind !== 'read' && !isOfPerson(key), privacyFloor: typeof floor === 'number' ? floor : 0 } : null
}

const hasPerson = record({ email: text, projects: listOf(record({ id: text, name: text, removedAt: orNull(number) })) })

const hasPass = record({ pass: text })
const hasSharedInfo = record({ label: text, hasPassword: boolean })

function isSharedInfo(body: unknown): body is SharedInfo {
  return hasSharedInfo(body)
}

function isPerson(body: unknown): body is Person {
  return hasPerson(body)
}
