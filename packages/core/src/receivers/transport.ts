import { Socket } from 'node:net'
import { Pool, buildConnector, type Dispatcher } from 'undici'
import type { FrozenBatch } from '../lane/frozen-batch.ts'
import { toSendResult } from './read-answer.ts'
import type { SendResult } from '../send-result.ts'

/** Sends frozen batches to one server. */
export interface Transport {
  /** One attempt within its time; never rejects. */
  send(batch: FrozenBatch, signal: AbortSignal): Promise<SendResult>
  /** Closes the connections at once. */
  close(): void
}

export interface TransportOptions {
  /** A path prefix is kept. */
  readonly serverUrl: URL
  readonly apiKey: string
  readonly requestTimeoutMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const CONNECT_TIMEOUT_MS = 3_000
/** A receipt that names 2,000 rejected events stays under this. */
const MAX_ANSWER_BYTES = 262_144

/** Makes a transport with connections of its own, which never keep the process alive. */
export function createTransport({ serverUrl, apiKey, requestTimeoutMs, now }: TransportOptions): Transport {
  const pool = new Pool(serverUrl.origin, {
    connections: 2,
    connect: unrefConnector(Math.min(CONNECT_TIMEOUT_MS, requestTimeoutMs)),
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
    maxResponseSize: MAX_ANSWER_BYTES,
  })
  const path = `${serverUrl.pathname.replace(/\/+$/, '')}/api/v1/events`

  async function attempt(batch: FrozenBatch, signal: AbortSignal): Promise<SendResult> {
    const answer = await pool.request({
      method: 'POST',
      path,
      signal,
      body: batch.body,
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        ...(batch.gzipped && { 'content-encoding': 'gzip' }),
        'x-wayside-batch': batch.id,
        'x-wayside-sent-at': String(now()),
      },
    })
    return toSendResult(answer.statusCode, retryAfterHeader(answer), await answer.body.text(), now())
  }

  return {
    async send(batch, signal) {
      const deadline = new AbortController()
      const abort = () => deadline.abort(signal.reason)
      const timer = setTimeout(() => deadline.abort(new Error(`no answer within ${requestTimeoutMs} ms`)), requestTimeoutMs)
      timer.unref()
      signal.addEventListener('abort', abort, { once: true })
      try {
        return await attempt(batch, deadline.signal)
      } catch (error) {
        return { kind: 'retry', afterMs: 0, reason: describeFailure(error) }
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
    },
    close() {
      pool.destroy().catch(() => undefined)
    },
  }
}

/** undici refs a socket while a request is under way, which would hold the process until the answer or its timeout. */
function unrefConnector(timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs })
  return (options, callback) => {
    const socket: unknown = connect(options, callback)
    if (!(socket instanceof Socket)) return
    socket.unref()
    socket.ref = () => socket
  }
}

function retryAfterHeader(answer: Dispatcher.ResponseData): string | null {
  const value = answer.headers['retry-after']
  return typeof value === 'string' ? value : null
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  return code !== null && error.message === '' ? code : error.message
}
