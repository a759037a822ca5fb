import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { parseBatch, type ApiEvent, type BatchReceipt, type ParsedBatch } from '@wayside/protocol'

/** A collector on loopback that keeps what it is sent and answers as it is told. */
export interface FakeReceiver {
  /** What `serverUrl` takes. */
  readonly url: string
  /** Batches that were answered with a receipt, in the order of their arrival. */
  readonly batches: readonly ReceivedBatch[]
  /** Every request, whatever it was answered. */
  readonly deliveries: readonly Delivery[]
  /** Connections accepted so far. */
  readonly connections: number
  /** Events of all `batches`, in the order of arrival. */
  events(): readonly ApiEvent[]
  /** How the requests from now on are answered. */
  answerWith(answer: ReceiverAnswer): void
  close(): Promise<void>
}

/** A request as it arrived. */
export interface Delivery {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The body's bytes before decompression. */
  readonly raw: Buffer
  /** The body's text after decompression. */
  readonly text: string
}

export interface ReceivedBatch extends Delivery {
  readonly batch: ParsedBatch
}

/** A durable receipt, another answer, no answer at all, or a connection that is reset. */
export type ReceiverAnswer =
  | { readonly kind: 'receipt'; readonly delayMs?: number }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string
      readonly delayMs?: number
    }
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' }

/** Starts a receiver on a free loopback port; a body that is no batch is answered with 400. */
export async function createFakeReceiver(first: ReceiverAnswer = { kind: 'receipt' }): Promise<FakeReceiver> {
  const batches: ReceivedBatch[] = []
  const deliveries: Delivery[] = []
  let answer = first
  let connections = 0

  const server = createServer((request, response) => {
    readDelivery(request).then(
      (delivery) => {
        deliveries.push(delivery)
        respond(response, delivery)
      },
      () => response.destroy(), // The sender left; there is nobody to answer.
    )
  })
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  function respond(response: ServerResponse, delivery: Delivery): void {
    switch (answer.kind) {
      case 'silence':
        return
      case 'reset':
        response.destroy()
        return
      case 'status': {
        const { status, headers = {}, body = '' } = answer
        send(response, answer.delayMs, status, { 'content-type': 'application/json', ...headers }, body)
        return
      }
      case 'receipt': {
        const parsed = parseBatch(JSON.parse(delivery.text))
        if (!parsed.ok) {
          send(response, 0, 400, { 'content-type': 'application/problem+json' }, JSON.stringify({ detail: parsed.reason }))
          return
        }
        batches.push({ ...delivery, batch: parsed.batch })
        const { events, rejected } = parsed.batch
        const receipt: BatchReceipt = { ack: 'durable', accepted: events.length, duplicates: 0, rejected }
        send(response, answer.delayMs, 200, { 'content-type': 'application/json' }, JSON.stringify(receipt))
      }
    }
  }

  return {
    url: `http://127.0.0.1:${port}`,
    batches,
    deliveries,
    get connections() {
      return connections
    },
    events: () => batches.flatMap(({ batch }) => batch.events),
    answerWith: (next) => {
      answer = next
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function readDelivery(request: IncomingMessage): Promise<Delivery> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const raw = Buffer.concat(chunks)
  const { method = '', url = '', headers } = request
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString()
  return { method, path: url, headers, raw, text }
}

function send(
  response: ServerResponse,
  delayMs: number | undefined,
  status: number,
  headers: Record<string, string>,
  body: string,
): void {
  const write = () => response.writeHead(status, headers).end(body)
  if (delayMs === undefined || delayMs === 0) write()
  else setTimeout(write, delayMs).unref()
}
