import type { Socket } from 'node:net'
import { portOf } from './url-address.ts'

/** The proxy has answered, but opens no way to the receiver. */
export class ProxyRefusal extends Error {
  readonly code = 'WAYSIDE_PROXY_REFUSED'
  readonly status: number

  constructor(status: number) {
    super(status === 407 ? 'the proxy wants a user and a password (status 407): put them into its URL' : `the proxy answers with status ${status}`)
    this.status = status
  }
}

/** An honest proxy's answer has a few lines. */
const MAX_HEAD_BYTES = 16_384

/**
 * Asks the proxy at the other end of a socket for a way to an `https:` receiver.
 * @throws ProxyRefusal when it gives none; the socket is closed then.
 */
export function openTunnel(socket: Socket, url: URL, authorization: string | null, signal: AbortSignal): Promise<void> {
  const target = `${url.hostname}:${portOf(url)}`
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0)
    const settle = (error: unknown) => {
      socket.off('readable', read).off('error', settle).off('end', ended).off('close', ended)
      signal.removeEventListener('abort', aborted)
      if (error === null) return resolve()
      socket.destroy()
      reject(error)
    }
    const read = () => {
      for (let chunk: Buffer | null; (chunk = socket.read()) !== null; ) {
        head = Buffer.concat([head, chunk])
        const end = head.indexOf('\r\n\r\n')
        if (end === -1 && head.length <= MAX_HEAD_BYTES) continue
        const status = Number(/^HTTP\/1\.[01] (\d{3})\b/.exec(head.toString('latin1', 0, 32))?.[1] ?? NaN)
        if (end === -1 || Number.isNaN(status)) return settle(new Error('the proxy answers with something else than HTTP'))
        if (status < 200 || status > 299) return settle(new ProxyRefusal(status))
        // TLS begins with the client: what came after the head is the receiver's early word, if any.
        const rest = head.subarray(end + 4)
        if (rest.length > 0) socket.unshift(rest)
        return settle(null)
      }
    }
    const ended = () => settle(new Error('the proxy closed the connection'))
    const aborted = () => settle(signal.reason)
    socket.on('readable', read).on('error', settle).on('end', ended).on('close', ended)
    signal.addEventListener('abort', aborted)
    socket.write(
      `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${authorization === null ? '' : `proxy-authorization: ${authorization}\r\n`}\r\n`,
    )
  })
}
