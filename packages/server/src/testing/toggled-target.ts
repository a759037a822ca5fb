import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** How a target behaves from now on. */
export type TargetMode = 'ok' | 'error' | 'hang' | 'slow' | 'reset' | 'refused'

/** A web server on this machine that a test makes well or ill. It ends with the test. */
export interface ToggledTarget {
  readonly url: string
  readonly port: number
  /** Requests and connections so far. */
  readonly seen: { requests: number; connections: number }
  mode: TargetMode
  /** For `refused` nobody listens; any other mode listens again, at the same port. */
  turn(mode: TargetMode): Promise<void>
}

export interface TargetOptions {
  /** Answers in the mode `ok`. @default 200 with "all is well" */
  readonly answer?: RequestListener
  readonly tls?: { readonly cert: string; readonly key: string }
  /** How long `slow` takes, milliseconds. @default 80 */
  readonly slowMs?: number
}

export async function startTarget({ answer = (_request, response) => void response.end('all is well'), tls, slowMs = 80 }: TargetOptions = {}): Promise<ToggledTarget> {
  const seen = { requests: 0, connections: 0 }
  const listener: RequestListener = (request, response) => {
    seen.requests++
    if (target.mode === 'ok') answer(request, response)
    if (target.mode === 'error') response.writeHead(500).end('it broke')
    if (target.mode === 'slow') setTimeout(() => answer(request, response), slowMs)
    if (target.mode === 'reset') request.socket.resetAndDestroy()
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  server.on('connection', () => seen.connections++)
  const listen = (port: number) => new Promise<void>((resolve, reject) => void server.once('error', reject).listen(port, '127.0.0.1', resolve))
  const close = async () => {
    if (!server.listening) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  await listen(0)
  onTestFinished(close)
  const { port } = server.address() as AddressInfo
  const target: ToggledTarget = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/`,
    port,
    seen,
    mode: 'ok',
    async turn(mode) {
      target.mode = mode
      if (mode === 'refused') await close()
      else if (!server.listening) await listen(port)
    },
  }
  return target
}
