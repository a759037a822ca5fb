// Child process: answers what the measured packages send, on a port of its own for each app, and counts it.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer } from './answer.ts'

/** What arrived at one port since it was opened. */
export interface Received {
  readonly posts: number
  /** Bytes of their bodies as sent, compressed where they were. */
  readonly bytes: number
}

export type Sink = typeof answers

const counts = new Map<string, { posts: number; bytes: number }>()

const answers = {
  /** Opens a port; resolves with its URL. */
  async open(): Promise<string> {
    const count = { posts: 0, bytes: 0 }
    const server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      const body = Buffer.concat(parts)
      if (request.method === 'POST') {
        count.posts++
        count.bytes += body.length
      }
      await reply(request.url ?? '', request.headers, body, response)
    })
    server.keepAliveTimeout = 60_000
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A listening TCP server has an address with a port.
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    counts.set(url, count)
    return url
  },
  received: (url: string): Received => counts.get(url) ?? { posts: 0, bytes: 0 },
}

answer(answers)

async function reply(path: string, headers: IncomingHttpHeaders, body: Buffer, response: ServerResponse): Promise<void> {
  const json = (status: number, value: unknown, more: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(value))
  if (path === '/api/v1/events') {
    // The batch's id ends in its number of events: as for the other packages, the body is taken and not read, since the
    // sink has its core together with the load maker.
    const accepted = Number(String(headers['x-wayside-batch']).split(':')[2])
    return void json(200, { ack: 'durable', accepted, duplicates: 0, rejected: [] })
  }
  // API Analytics.
  if (path === '/api/log-request') return void json(201, { status: 201, message: 'API request logged successfully.' })
  // Moesif asks for its settings again until it has some, and when their tag changes.
  if (path === '/v1/config') return void json(200, { sample_rate: 100 }, { 'x-moesif-config-etag': 'a' })
  if (path === '/v1/rules') return void json(200, [], { 'x-moesif-rules-etag': 'a' })
  if (path.startsWith('/v1/events')) return void json(201, {}, { 'x-moesif-config-etag': 'a' })
  // OpenTelemetry: an empty message is a whole success.
  if (path === '/v1/metrics' || path === '/v1/traces') return void response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  json(202, {})
}
