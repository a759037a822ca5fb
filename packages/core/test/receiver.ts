import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import { parseBatch, type ApiEvent, type ParsedBatch, type ShedWindow } from '@wayside/protocol'

export interface Attempt {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** As it arrived. */
  readonly body: Buffer
  readonly batch: ParsedBatch
  readonly json: Record<string, unknown>
}

export interface Answer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

export interface Receiver {
  readonly url: string
  readonly attempts: Attempt[]
  /** Events of the batches that were acknowledged. */
  readonly events: ApiEvent[]
  /** Windows of shed events of those batches. */
  readonly shed: ShedWindow[]
  /** Closes every connection; the next one is taken. */
  dropConnections(): void
}

/**
 * A server that takes batches; `answer` may answer an attempt in another way than with a receipt, or never (`null`). On
 * a free port, if none is named.
 */
export async function startReceiver(answer: (attempt: Attempt, count: number) => Answer | null | undefined = () => undefined, port = 0): Promise<Receiver> {
  const attempts: Attempt[] = []
  const events: ApiEvent[] = []
  const shed: ShedWindow[] = []
  const server = await startServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    const json = JSON.parse(text.toString())
    const parsed = parseBatch(json)
    if (!parsed.ok) throw new Error(parsed.reason)
    const attempt = { path: request.url ?? '', headers: request.headers, body, batch: parsed.batch, json }
    attempts.push(attempt)
    const other = answer(attempt, attempts.length)
    if (other === null) return
    if (other === undefined) {
      events.push(...parsed.batch.events)
      shed.push(...parsed.batch.shed)
    }
    const receipt = { ack: 'durable', accepted: parsed.batch.events.length, duplicates: 0, rejected: [] }
    response.writeHead(other?.status ?? 200, other?.headers).end(other === undefined ? JSON.stringify(receipt) : (other.body ?? ''))
  }, port)
  return { url: urlOf(server), attempts, events, shed, dropConnections: () => server.closeAllConnections() }
}

/** Listens on a free port of the loopback until the test is over. */
export async function listen(listener: RequestListener): Promise<string> {
  return urlOf(await startServer(listener, 0))
}

async function startServer(listener: RequestListener, port: number): Promise<Server> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return server
}

function urlOf(server: Server): string {
  // Boundary cast: a TCP server that listens has an address with a port.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
