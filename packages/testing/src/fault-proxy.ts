import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** A TCP proxy on loopback that treats each request as a script says. It reads no HTTP: bytes pass as they are. */
export interface FaultProxy {
  readonly url: string
  /** Connections accepted so far. */
  readonly connections: number
  /** Requests begun so far, those that were swallowed included. */
  readonly requests: number
  /** What happens to the requests that begin from now on. */
  use(script: Fault | FaultScript): void
  /** Closes the port and resets every connection: the next one is refused. */
  closePort(): Promise<void>
  /** Listens on the same port again. */
  openPort(): Promise<void>
  /** Resets every connection; the port stays open. */
  resetConnections(): void
  close(): Promise<void>
}

/** Asked once for each request, when its first bytes arrive. `ordinal` counts all requests of the proxy from 1. */
export type FaultScript = (ordinal: number) => Fault

export type Fault =
  | { readonly kind: 'pass' }
  /** The request waits before it goes on. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Request and answer trickle. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  /** So much of the request goes on, then both sides are reset. A request that is shorter passes. */
  | { readonly kind: 'cutRequest'; readonly afterBytes: number }
  /** The upstream has answered; the client gets so much of it and then a reset or an early end. */
  | { readonly kind: 'cutAnswer'; readonly afterBytes: number; readonly by: 'reset' | 'end' }
  /** One bit arrives wrong, counted from the first of the request or the answer. */
  | { readonly kind: 'flip'; readonly of: 'request' | 'answer'; readonly bit: number }
  /** The request goes nowhere, and the connection stays open. */
  | { readonly kind: 'blackhole' }
  /** The upstream gets the request; its answer goes nowhere, and the connection stays open. */
  | { readonly kind: 'halfOpen' }

export const PASS: Fault = { kind: 'pass' }

/** The upstream has done what it was asked, and the client learns only that its connection is gone. */
export const LOST_ACKNOWLEDGEMENT: Fault = { kind: 'cutAnswer', afterBytes: 0, by: 'reset' }

/** One fault for every n-th request; the others pass. */
export function everyNth(n: number, fault: Fault): FaultScript {
  return (ordinal) => (ordinal % n === 0 ? fault : PASS)
}

/** Starts a proxy in front of `upstreamUrl` on a free port. */
export async function createFaultProxy(upstreamUrl: string): Promise<FaultProxy> {
  const upstreamPort = Number(new URL(upstreamUrl).port)
  const closing = new AbortController()
  const open = new Set<() => void>()
  let script: FaultScript = () => PASS
  let connections = 0
  let requests = 0
  let port = 0
  const server = createServer({ allowHalfOpen: true }, (client) => {
    connections++
    const upstream = connect({ port: upstreamPort, host: '127.0.0.1', allowHalfOpen: true })
    const reset = () => {
      for (const side of [client, upstream]) side.resetAndDestroy()
    }
    open.add(reset)
    client.once('close', () => open.delete(reset))
    relay(client, upstream, reset, () => script(++requests), closing.signal)
  })

  async function openPort(): Promise<void> {
    if (server.listening) return
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port // A TCP server that listens has an address with a port.
  }

  function resetConnections(): void {
    for (const reset of open) reset()
  }

  async function closePort(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    resetConnections()
    await closed
  }

  await openPort()
  return {
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections
    },
    get requests() {
      return requests
    },
    use: (next) => {
      script = typeof next === 'function' ? next : () => next
    },
    closePort,
    openPort,
    resetConnections,
    async close() {
      closing.abort()
      await closePort()
    },
  }
}

/**
 * Joins two sockets. A new request begins with the first bytes that a client sends after it was answered: our clients
 * send one at a time, so no HTTP has to be read to tell where one ends.
 */
function relay(client: Socket, upstream: Socket, reset: () => void, begin: () => Fault, closing: AbortSignal): void {
  let fault: Fault = PASS
  let answered = true
  let requestBytes = 0
  let answerBytes = 0

  async function passRequests(): Promise<void> {
    for await (const chunk of client) {
      if (answered) {
        answered = false
        requestBytes = answerBytes = 0
        fault = begin()
        if (fault.kind === 'delay') await wait(fault.ms, undefined, { signal: closing })
      }
      await passRequest(chunk)
    }
    upstream.end()
  }

  async function passRequest(chunk: Buffer): Promise<void> {
    const before = requestBytes
    requestBytes += chunk.length
    if (fault.kind === 'blackhole') return
    if (fault.kind === 'cutRequest' && requestBytes >= fault.afterBytes) {
      await send(upstream, chunk.subarray(0, fault.afterBytes - before))
      reset()
    } else if (fault.kind === 'throttle') await trickle(upstream, chunk, fault.bytesPerSecond, closing)
    else await send(upstream, fault.kind === 'flip' && fault.of === 'request' ? flipped(chunk, fault.bit - before * 8) : chunk)
  }

  async function passAnswers(): Promise<void> {
    for await (const chunk of upstream) {
      answered = true
      await passAnswer(chunk)
    }
    client.end()
  }

  async function passAnswer(chunk: Buffer): Promise<void> {
    const before = answerBytes
    answerBytes += chunk.length
    if (fault.kind === 'halfOpen') return
    if (fault.kind === 'cutAnswer' && answerBytes >= fault.afterBytes) {
      await send(client, chunk.subarray(0, fault.afterBytes - before))
      if (fault.by === 'reset') reset()
      else client.end()
    } else if (fault.kind === 'throttle') await trickle(client, chunk, fault.bytesPerSecond, closing)
    else await send(client, fault.kind === 'flip' && fault.of === 'answer' ? flipped(chunk, fault.bit - before * 8) : chunk)
  }

  // A side that breaks breaks the other.
  passRequests().catch(reset)
  passAnswers().catch(reset)
}

/** Resolves when the bytes are handed to the network, or the socket is gone. */
function send(to: Socket, bytes: Uint8Array): Promise<void> {
  if (bytes.length === 0 || !to.writable) return Promise.resolve()
  return new Promise((resolve) => to.write(bytes, () => resolve()))
}

const TRICKLES_PER_SECOND = 20

async function trickle(to: Socket, bytes: Buffer, bytesPerSecond: number, signal: AbortSignal): Promise<void> {
  const step = Math.max(1, Math.floor(bytesPerSecond / TRICKLES_PER_SECOND))
  for (let at = 0; at < bytes.length && to.writable; at += step) {
    await send(to, bytes.subarray(at, at + step))
    await wait((step * 1_000) / bytesPerSecond, undefined, { signal })
  }
}

/** A copy with one bit inverted, if the bit is in it. */
function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  const at = Math.floor(bit / 8)
  if (at >= 0 && at < copy.length) copy.writeUInt8(copy.readUInt8(at) ^ (1 << (bit % 8)), at)
  return copy
}
