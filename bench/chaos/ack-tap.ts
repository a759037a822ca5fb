import { once } from 'node:events'
import { Agent, createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { parseBatch, type BatchReceipt } from '../../packages/protocol/src/index.ts'
import { readPath } from './seeded-event.ts'

/** Stands in front of the collector and writes down what it promises: an event of a 2xx is the collector's from then on. */
export interface AckTap {
  readonly url: string
  /** Numbers of acknowledged events, by producer. */
  readonly acked: ReadonlyMap<string, ReadonlySet<number>>
  close(): Promise<void>
}

export async function startAckTap(collectorUrl: string): Promise<AckTap> {
  const acked = new Map<string, Set<number>>()
  const agent = new Agent({ keepAlive: true })
  const server = createServer((request, response) => {
    relay(request, response).catch(() => response.destroy()) // One of the two has gone, as it does under faults.
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request)
    const upstream = httpRequest(`${collectorUrl}${request.url}`, { method: request.method, headers: request.headers, agent }).end(body)
    const [answer] = (await once(upstream, 'response')) as [IncomingMessage]
    const text = await readAll(answer)
    // Written down before the sender can know it, and also when it never will.
    if (answer.statusCode === 200) note(body, request.headers['content-encoding'] === 'gzip', JSON.parse(text.toString()))
    const { 'transfer-encoding': _, ...headers } = answer.headers
    response.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': text.length }).end(text)
  }

  function note(body: Buffer, gzipped: boolean, { rejected }: BatchReceipt): void {
    const parsed = parseBatch(JSON.parse((gzipped ? gunzipSync(body) : body).toString()))
    if (!parsed.ok) throw new Error(`the collector acknowledged what is no batch: ${parsed.reason}`)
    const refused = new Set(rejected.map(({ seq }) => seq))
    for (const { seq, path } of parsed.batch.events) {
      if (refused.has(seq)) continue
      const { producer, number } = readPath(path)
      const own = acked.get(producer) ?? new Set()
      acked.set(producer, own.add(number))
    }
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    acked,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      agent.destroy()
      await closed
    },
  }
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}
