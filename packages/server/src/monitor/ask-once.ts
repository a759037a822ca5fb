import type { MonitorMethod } from '@wayside/protocol'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { TLSSocket } from 'node:tls'

/** What a body is read of: a text further on is not found. */
const MAX_BODY_BYTES = 256 * 1024
const MAX_HEADER_BYTES = 64 * 1024

/** One request of a check. */
export interface Question {
  readonly url: URL
  readonly method: MonitorMethod
  readonly headers: Readonly<Record<string, string>>
}

export interface AskOptions {
  readonly lookup: LookupFunction
  /** Certificates to trust, PEM; `undefined` for those of Node. */
  readonly ca?: string
  readonly monotonicMs: () => number
  /** Ends what is under way. */
  readonly signal: AbortSignal
}

/** Milliseconds; `null` for what did not take place. */
export interface Phases {
  dnsMs: number | null
  connectMs: number | null
  tlsMs: number | null
  firstByteMs: number | null
}

export interface Answer {
  readonly status: number
  readonly location: string | null
  readonly body: string
  /** When the certificate ends, milliseconds since 1970. */
  readonly certificateEndsAt: number | null
}

/**
 * Asks once, over a connection of its own, and reads the answer up to a bound. Rejects when there is none.
 * @param phases - filled in as they end, so that a failure tells how far it came
 */
export async function askOnce({ url, method, headers }: Question, phases: Phases, { lookup, ca, monotonicMs, signal }: AskOptions): Promise<Answer> {
  let certificateEndsAt: number | null = null
  let since = monotonicMs()
  /** The time since the end of the phase before. */
  const lap = (): number => {
    const before = since
    since = monotonicMs()
    return since - before
  }
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const request = send(url, {
    method,
    headers: { 'user-agent': 'Wayside-Monitor', accept: '*/*', 'accept-encoding': 'identity', ...(method === 'POST' && { 'content-length': '0' }), ...headers },
    // Timed here: the socket tells of a lookup too early to be heard.
    lookup: (host, lookupOptions, callback) =>
      lookup(host, lookupOptions, (error, address, family) => {
        phases.dnsMs = lap()
        callback(error, address, family)
      }),
    agent: false,
    signal,
    maxHeaderSize: MAX_HEADER_BYTES,
    ...(ca !== undefined && { ca }),
  })
  request.once('socket', (socket) => {
    socket.once('connect', () => (phases.connectMs = lap()))
    socket.once('secureConnect', () => {
      phases.tlsMs = lap()
      if (socket instanceof TLSSocket) certificateEndsAt = Date.parse(socket.getPeerCertificate().valid_to)
    })
  })
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve)
      request.once('error', reject)
      request.end()
    })
    phases.firstByteMs = lap()
    return { status: response.statusCode ?? 0, location: response.headers.location ?? null, body: method === 'HEAD' ? '' : await readBody(response), certificateEndsAt }
  } finally {
    request.on('error', () => undefined)
    request.destroy()
  }
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= MAX_BODY_BYTES) break
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString()
}
