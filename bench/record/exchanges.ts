import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { RequestDescription } from '../fixture.ts'

export interface FakeExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly description: RequestDescription
}

/** Sockets without a connection, used again and again like those of clients that keep theirs alive. */
export function makeSockets(count: number): readonly Socket[] {
  return Array.from({ length: count }, (_, at) => {
    const socket = new Socket()
    Object.defineProperty(socket, 'remoteAddress', { value: `::ffff:198.18.7.${at % 256}` })
    return socket
  })
}

/** Node's own request and response as a server would hand them to an app, without a network underneath. */
export function makeExchange(description: RequestDescription, socket: Socket): FakeExchange {
  const request = new IncomingMessage(socket)
  request.method = description.method
  request.url = `${description.path}?page=2`
  request.httpVersion = '1.1'
  request.httpVersionMajor = 1
  // Parsed already, as they are when a framework's middleware runs.
  request.headers = {
    host: description.host,
    'user-agent': description.userAgent,
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate, br',
    connection: 'keep-alive',
    ...(description.userId !== null && { 'x-user': description.userId }),
    ...(description.requestBytes > 0 && { 'content-length': String(description.requestBytes) }),
  }
  const response = new ServerResponse(request)
  response.assignSocket(socket)
  response.statusCode = description.status
  return { request, response, description }
}

/** Brings the response to the state in which Node closes it, without sending it. */
export function finish({ request, response }: FakeExchange): void {
  response.finished = true
  response.detachSocket(request.socket)
}
