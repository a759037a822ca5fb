import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A connection that sends what a test writes, byte for byte, and keeps what comes back. */
export interface RawConnection {
  readonly socket: Socket
  write(bytes: string | Uint8Array): void
  /** What has come so far. */
  received(): string
  /** Resolves with everything that came, once the other side has ended the connection. */
  ended(): Promise<string>
}

/** @param localAddress - any address of loopback, to come from another client */
export async function openRawConnection(url: string, localAddress = '127.0.0.1'): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), localAddress })
  onTestFinished(() => void socket.destroy())
  let received = ''
  socket.on('data', (chunk) => (received += chunk.toString('latin1')))
  // A server that refuses may reset; what it said before counts.
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()))
  await Promise.race([new Promise((resolve) => void socket.once('connect', resolve)), closed])
  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    received: () => received,
    ended: () => closed.then(() => received),
  }
}
