import type { LookupFunction } from 'node:net'
import type { FrozenBatch } from '../lane/frozen-batch.ts'
import { createConnection, type Connection, type Request } from './connection.ts'
import { toAttempt, type Attempt } from './attempt.ts'
import type { Receiver } from './receiver.ts'

/** Sends frozen batches to one receiver. */
export interface Transport {
  /** One attempt within its time; never rejects. `doubtful`: origins of receivers that may hold the batch already. */
  send(batch: FrozenBatch, doubtful: readonly string[], signal: AbortSignal): Promise<Attempt>
  /** Hands the batch to an idle connection at once and waits for nothing; returns whether there was one. */
  part(batch: FrozenBatch, doubtful: readonly string[]): boolean
  /** Closes the connections at once. */
  close(): void
}

export interface TransportOptions {
  /** Receivers of the group: what one lacks, another may have. */
  readonly receivers: number
  readonly requestTimeoutMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly lookup: LookupFunction
}

const CONNECT_TIMEOUT_MS = 3_000
/** The share of an attempt's time that may pass until the answer begins. */
const HEADERS_SHARE = 0.8

/**
 * Makes a transport with connections of its own. One that has brought anything but a receipt is not used again, so that
 * the next attempt looks up the name anew and may reach another server behind it.
 */
export function createTransport(receiver: Receiver, { receivers, requestTimeoutMs, now, lookup }: TransportOptions): Transport {
  const connections = new Set<Connection>()
  const idle: Connection[] = []

  function connect(): Connection {
    const connection = createConnection(receiver, {
      connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, requestTimeoutMs),
      headersTimeoutMs: requestTimeoutMs * HEADERS_SHARE,
      requestTimeoutMs,
      lookup,
    })
    connections.add(connection)
    return connection
  }

  function toRequest(batch: FrozenBatch, doubtful: readonly string[]): Request {
    const headers = {
      authorization: `Bearer ${receiver.apiKey}`,
      'content-type': 'application/json',
      ...(batch.gzipped && { 'content-encoding': 'gzip' }),
      'x-wayside-batch': batch.id,
      'x-wayside-sent-at': String(now()),
      ...(receivers > 1 && { 'x-wayside-receivers': String(receivers) }),
      ...(doubtful.length > 0 && { 'x-wayside-ambiguous': doubtful.join(', ') }),
    }
    return { headers, body: batch.body }
  }

  return {
    async send(batch, doubtful, signal) {
      const connection = idle.pop() ?? connect()
      const attempt = toAttempt(await connection.exchange(toRequest(batch, doubtful), signal), now())
      if (attempt.result.kind === 'acked') idle.push(connection)
      else {
        connection.close()
        connections.delete(connection)
      }
      return attempt
    },
    part(batch, doubtful) {
      for (let connection = idle.pop(); connection !== undefined; connection = idle.pop()) if (connection.part(toRequest(batch, doubtful))) return true
      return false
    },
    close() {
      for (const connection of connections) connection.close()
    },
  }
}
