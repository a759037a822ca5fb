import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'

export interface ClientRequest {
  /** @default 'GET' */
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** A list is sent chunk by chunk, without a content length. */
  readonly body?: string | readonly string[]
}

export interface ClientResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Sends one request on a connection of its own and reads the whole answer. */
export async function send(port: number, path: string, request: ClientRequest = {}): Promise<ClientResponse> {
  const { method = 'GET', headers = {}, body = [] } = request
  const length = typeof body === 'string' ? { 'content-length': String(Buffer.byteLength(body)) } : {}
  const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers: { ...length, ...headers }, agent: false })
  for (const chunk of typeof body === 'string' ? [body] : body) outgoing.write(chunk)
  outgoing.end()
  const [response] = await once(outgoing, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }
}

/** Opens a connection and writes `text` to it; `\n` is written as CRLF. */
export async function openRaw(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  // A reset is an outcome that the caller asks for, not a fault of the test.
  socket.on('error', () => {})
  socket.write(text.replaceAll(/\r?\n/g, '\r\n'))
  return socket
}

/** Every byte that the server sends until it ends the connection. */
export async function readToEnd(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  if (!socket.closed) await once(socket, 'close')
  return Buffer.concat(chunks)
}

/** Reads until the bytes so far hold `text`, which must come. */
export async function readUntil(socket: Socket, text: string): Promise<string> {
  let seen = ''
  for (;;) {
    const [chunk] = await once(socket, 'data')
    seen += String(chunk)
    if (seen.includes(text)) return seen
  }
}
