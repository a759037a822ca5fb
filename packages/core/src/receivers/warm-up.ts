import { lookup } from 'node:dns'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createConnection } from './connection.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}'

/**
 * Sends a request to nobody, in memory. undici compiles its parser with the first request of a process, which would hold
 * up the app's own requests for some 15 ms; at start there are none yet.
 */
export async function warmUp(): Promise<void> {
  const receiver = { url: new URL('http://localhost'), apiKey: '', weight: 1, secureContext: null, proxy: null, allowCleartext: true }
  const connection = createConnection(receiver, {
    connectTimeoutMs: 1_000,
    headersTimeoutMs: 1_000,
    requestTimeoutMs: 1_000,
    lookup,
    // Boundary cast: undici reads and writes it and needs nothing else of a socket.
    open: () => Promise.resolve(new Echo() as Duplex as Socket),
  })
  await connection.exchange({ headers: { 'content-type': 'application/json' }, body: Buffer.from('{}') }, new AbortController().signal)
  connection.close()
}

/** Answers what is written to it. */
class Echo extends Duplex {
  override _read(): void {}

  override _write(_: unknown, __: unknown, done: () => void): void {
    done()
    this.push(ANSWER)
  }
}
