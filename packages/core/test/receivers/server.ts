import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** A receiver that is told how to answer and remembers what it was sent. */
export interface TestServer {
  readonly url: string
  readonly port: number
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[]
  /** Connections accepted so far. */
  readonly connections: number
  /** Numbers of the batches that it has acknowledged. */
  readonly stored: readonly string[]
  answer(next: Answering): void
  /** Closes port and connections. */
  stop(): Promise<void>
  /** Listens on the same port again. */
  start(): Promise<void>
}

/** A status, silence, a reset before anything is answered, or whatever else is done to the response. */
export type Answering = 'receipt' | 'silence' | 'reset' | number | ((response: ServerResponse, request: IncomingMessage) => void)

export const RECEIPT = JSON.stringify({ ack: 'durable', accepted: 1, duplicates: 0, rejected: [] })

export async function startServer(first: Answering = 'receipt', tls: ServerOptions | null = null): Promise<TestServer> {
  const requests: { path: string; headers: IncomingHttpHeaders; body: string }[] = []
  const stored: string[] = []
  let answering = first
  let connections = 0
  let port = 0
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    try {
      for await (const chunk of request) body += String(chunk)
    } catch {
      return // The sender left.
    }
    const { url: path = '', headers } = request
    requests.push({ path, headers, body })
    if (answering === 'receipt') {
      stored.push(String(headers['x-wayside-batch']))
      response.end(RECEIPT)
    } else if (answering === 'reset') request.socket.resetAndDestroy()
    else if (typeof answering === 'number') response.writeHead(answering).end()
    else if (typeof answering === 'function') answering(response, request)
  }
  const create = (): Server => {
    const server = tls === null ? createHttpServer(listener) : createHttpsServer(tls, listener)
    return server.on('connection', () => connections++).on('tlsClientError', () => undefined)
  }
  let server = create()
  const start = async () => {
    server = create().listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = portOf(server)
  }
  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
    // The other side of each connection is told in the next turn but one.
    await nextTurn()
    await nextTurn()
  }
  await start()
  onTestFinished(stop)
  return {
    url: `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    stored,
    get connections() {
      return connections
    },
    answer: (next) => {
      answering = next
    },
    stop,
    start,
  }
}

/** A server of bare connections. */
export async function startTcpServer(onConnection: (socket: Socket) => void): Promise<{ readonly url: string; readonly port: number }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    onConnection(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { url: `http://127.0.0.1:${portOf(server)}`, port: portOf(server) }
}

/** An address at which nobody listens any more. */
export async function closedUrl(): Promise<string> {
  const server = await startServer()
  await server.stop()
  return server.url
}

function portOf(server: TcpServer): number {
  // Boundary cast: a TCP server that listens has an address with a port.
  return (server.address() as AddressInfo).port
}
