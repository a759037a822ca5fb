import { once } from 'node:events'
import { createServer as createHttpServer, request as forward, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'

export interface TestProxy {
  readonly url: string
  /** What it was asked, as `CONNECT host:port` or `POST http://host/path`, with the headers. */
  readonly asked: readonly { readonly line: string; readonly headers: IncomingHttpHeaders }[]
  /** Tunnels and connections that are open now. */
  readonly open: number
  stop(): Promise<void>
}

export interface ProxySetUp {
  /** `user:password` that it wants. */
  readonly user?: string
  /** Answers every CONNECT so instead: a status, silence, something else than HTTP. */
  readonly refuse?: number | 'silence' | 'rubbish'
  readonly tls?: ServerOptions
}

/** An HTTP proxy on loopback that knows CONNECT and forwards plain requests. */
export async function startProxy({ user, refuse, tls }: ProxySetUp = {}): Promise<TestProxy> {
  const asked: { line: string; headers: IncomingHttpHeaders }[] = []
  const sockets = new Set<Duplex>()
  const wanted = user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`
  const allows = (headers: IncomingHttpHeaders) => wanted === undefined || headers['proxy-authorization'] === wanted

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    asked.push({ line: `${request.method} ${request.url}`, headers: request.headers })
    if (!allows(request.headers)) return void response.writeHead(407).end()
    const { 'proxy-authorization': _, ...headers } = request.headers
    const onward = forward(request.url ?? '', { method: request.method ?? 'GET', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  }
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
  })
  server.on('tlsClientError', () => undefined)
  server.on('connect', ({ url = '', headers }: IncomingMessage, client: Duplex) => {
    asked.push({ line: `CONNECT ${url}`, headers })
    client.on('error', () => undefined)
    if (refuse === 'silence') return
    if (refuse === 'rubbish') return void client.end('SSH-2.0-OpenSSH\r\n\r\n')
    if (refuse !== undefined) return void client.end(`HTTP/1.1 ${refuse} No\r\n\r\n`)
    if (!allows(headers)) return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n')
    const { hostname, port } = new URL(`http://${url}`)
    const target = connect(Number(port), hostname.replace(/^\[|\]$/g, ''), () => {
      client.write('HTTP/1.1 200 Connection established\r\nvia: test\r\n\r\n')
      client.pipe(target).pipe(client)
    })
    target.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'))
    client.on('close', () => target.destroy())
    target.on('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  onTestFinished(stop)
  return {
    // Boundary cast: a TCP server that listens has an address with a port.
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    get open() {
      return sockets.size
    },
    stop,
  }
}
