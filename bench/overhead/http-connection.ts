import { once } from 'node:events'
import { connect } from 'node:net'

/** One kept-alive connection that sends one request at a time: little more than a socket, so that load costs little. */
export interface HttpConnection {
  /** Sends a whole request; `onResponse` is called when its response has arrived, `false` if that was no success. */
  send(request: Buffer, onResponse: (success: boolean) => void): void
  close(): void
}

const HEAD_END = Buffer.from('\r\n\r\n')

/** Connects to loopback. Responses must carry a Content-Length; the measured apps' do. */
export async function openConnection(port: number): Promise<HttpConnection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let received: Buffer | null = null
  let done: ((success: boolean) => void) | null = null
  await once(socket, 'connect')
  const finish = (success: boolean) => {
    const call = done
    done = null
    received = null
    call?.(success)
  }
  socket.on('data', (data) => {
    received = received === null ? data : Buffer.concat([received, data])
    const headEnd = received.indexOf(HEAD_END)
    if (headEnd < 0) return
    const head = received.toString('latin1', 0, headEnd)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    if (length === undefined) throw new Error(`a response without Content-Length:\n${head}`)
    if (received.length >= headEnd + HEAD_END.length + Number(length)) finish(head.startsWith('HTTP/1.1 2'))
  })
  socket.on('error', () => finish(false))
  socket.on('close', () => finish(false))
  return {
    send(request, onResponse) {
      done = onResponse
      socket.write(request)
    },
    close: () => socket.destroy(),
  }
}
