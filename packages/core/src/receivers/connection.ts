import type { LookupFunction, Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Client, type Dispatcher } from 'undici'
import { hasOtherWork } from './has-other-work.ts'
import { openSocket } from './open-socket.ts'
import type { Receiver } from './receiver.ts'

/** One request at a time to one receiver, on a socket that stays open in between. */
export interface Connection {
  /** Never rejects. After anything but an answer that arrived whole, the connection is to be closed. */
  exchange(request: Request, signal: AbortSignal): Promise<Exchanged>
  /**
   * Hands a request to the kernel at once, which sends it though the process is gone; nobody reads the answer. Returns
   * whether there was an open socket for it. Not to be called during an exchange.
   */
  part(request: Request): boolean
  close(): void
}

export interface Request {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What came of a request. */
export type Exchanged =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly retryAfter: string | null
      /** Never decompressed. */
      readonly body: string
      /** Why the body did not arrive to its end; `null` when it did. */
      readonly broken: unknown
    }
  /** `sent`: bytes of the request may have reached the receiver. */
  | { readonly kind: 'failed'; readonly sent: boolean; readonly error: unknown }

export interface ConnectionOptions {
  /** Time until a socket is open: name look-up, proxy and TLS included. */
  readonly connectTimeoutMs: number
  /** Time from the start until the head of the answer is read. */
  readonly headersTimeoutMs: number
  /** Time for all of it. */
  readonly requestTimeoutMs: number
  readonly lookup: LookupFunction
  /** Opens a socket to the receiver. */
  readonly open?: typeof openSocket
}

/** A receipt that names 2,000 rejected events stays under this. */
const MAX_ANSWER_BYTES = 262_144
const MAX_HEADERS_BYTES = 16_384
/** How often a request under way looks whether the process is only waiting for it. Most are over before. */
const ALONE_CHECK_MS = 300

/** Makes a connection; it opens when it is first used, and anew when the receiver has closed it in between. */
export function createConnection(receiver: Receiver, options: ConnectionOptions): Connection {
  const { url, proxy } = receiver
  const { open = openSocket } = options
  const path = `${url.pathname.replace(/\/+$/, '')}/api/v1/events`
  // A proxy is told the whole address of a receiver without TLS; to one with TLS it opens a tunnel.
  const forwarded = proxy !== null && url.protocol === 'http:'
  const target = { origin: url.origin, path: forwarded ? url.origin + path : path }
  const proxyHeaders = forwarded && proxy.authorization !== null ? { 'proxy-authorization': proxy.authorization } : {}
  let opening: AbortController | null = null
  let socket: Socket | null = null
  /** What the socket said first: of several errors undici tells the last one. */
  let socketError: Error | null = null

  const client = new Client(url.origin, {
    connect: (_, callback) => {
      const attempt = (opening = new AbortController())
      const timer = setTimeout(() => attempt.abort(new Error(`no connection within ${options.connectTimeoutMs} ms`)), options.connectTimeoutMs)
      timer.unref()
      openInTurns(attempt.signal)
        .then(
          (opened) => {
            socket = opened.on('error', (error) => void (socketError ??= error))
            callback(null, opened)
          },
          (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
        )
        .catch(() => undefined) // Nothing of undici's may become an unhandled rejection: the exchange ends by its own time.
        .finally(() => clearTimeout(timer))
    },
    maxHeaderSize: MAX_HEADERS_BYTES,
    // The exchange has its own times, exact and for all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
  })

  /** The first connection of a process runs much code for the first time: the app has its turns in between. */
  async function openInTurns(signal: AbortSignal): Promise<Socket> {
    await nextTurn()
    const opened = await open(receiver, options.lookup, signal)
    await nextTurn()
    return opened
  }

  function close(): void {
    opening?.abort(new Error('the connection was closed'))
    client.destroy().catch(() => undefined)
  }

  return {
    exchange: ({ headers, body }, signal) =>
      new Promise((resolve) => {
        const chunks: Buffer[] = []
        let size = 0
        let sent = false
        let head: { readonly status: number; readonly retryAfter: string | null } | null = null
        let done = false

        /** With what went wrong, or with `null`. */
        function finish(problem: unknown): void {
          if (done) return
          done = true
          clearTimeout(headersTimer)
          clearTimeout(timer)
          clearInterval(aloneCheck)
          signal.removeEventListener('abort', abort)
          if (problem !== null) close()
          const error = problem === null || !sent ? problem : (socketError ?? problem)
          resolve(head === null ? { kind: 'failed', sent, error } : { kind: 'answered', ...head, body: Buffer.concat(chunks).toString(), broken: error })
        }
        const abort = () => finish(signal.reason)
        const headersTimer = endAfter(options.headersTimeoutMs, finish)
        const timer = endAfter(options.requestTimeoutMs, finish)
        const aloneCheck = setInterval(() => void (hasOtherWork() || finish(new Error('the process has nothing else to do'))), ALONE_CHECK_MS).unref()
        signal.addEventListener('abort', abort)
        if (signal.aborted) return abort()
        const handler: Dispatcher.DispatchHandler = {
          onRequestStart() {
            sent = true
            socketError = null
          },
          onResponseStart(_, status, headers) {
            if (status < 200) return // Word on the way, not the answer.
            clearTimeout(headersTimer)
            head = { status, retryAfter: typeof headers['retry-after'] === 'string' ? headers['retry-after'] : null }
          },
          onResponseData(_, chunk) {
            size += chunk.length
            if (size <= MAX_ANSWER_BYTES) chunks.push(chunk)
            else finish(new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`))
          },
          onResponseEnd: () => finish(null),
          onResponseError: (_, error) => finish(error),
        }
        try {
          client.dispatch({ ...target, method: 'POST', headers: { ...headers, ...proxyHeaders }, body }, handler)
        } catch (error) {
          finish(error)
        }
      }),
    part({ headers, body }) {
      if (socket === null || !socket.writable || socket.readableEnded) return false
      const fields = { host: url.host, ...headers, ...proxyHeaders, 'content-length': body.byteLength }
      const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
      // Not through undici, which looks in a later turn whether a socket that was idle is still alive. In one write libuv
      // asks the kernel at once.
      socket.cork()
      socket.write(`POST ${target.path} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1')
      socket.write(body)
      socket.uncork()
      return true
    },
    close,
  }
}

/** After a blocked event loop the answer may wait already: a turn more lets it be read first. */
function endAfter(ms: number, finish: (error: Error) => void): NodeJS.Timeout {
  return setTimeout(() => setImmediate(() => finish(new Error(`no answer within ${ms} ms`))), ms).unref()
}
