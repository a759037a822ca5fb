import type { IncomingMessage, Server } from 'node:http'

export interface SlowBodyLimits {
  /** How long a body may take whatever its rate, milliseconds. */
  readonly graceMs: number
  /** After that, what must have come for each second since its headers. */
  readonly bytesPerSecond: number
  readonly sweepMs: number
  readonly monotonicMs: () => number
}

interface Reading {
  readonly request: IncomingMessage
  readonly startedAt: number
  readonly bytesBefore: number
}

/**
 * Ends requests whose bodies only trickle, as Node ends those whose headers do: each such body would hold a connection
 * for the whole of its time. One sweep for all, so that a request costs no timer of its own.
 */
export function endSlowBodies(server: Server, { graceMs, bytesPerSecond, sweepMs, monotonicMs }: SlowBodyLimits): void {
  const readings = new Set<Reading>()

  server.on('request', (request) => {
    if (!hasBody(request)) return
    const reading = { request, startedAt: monotonicMs(), bytesBefore: request.socket.bytesRead }
    readings.add(reading)
    const forget = () => readings.delete(reading)
    request.once('end', forget).once('close', forget)
  })

  const sweep = setInterval(() => {
    const now = monotonicMs()
    for (const { request, startedAt, bytesBefore } of readings) {
      const elapsedMs = now - startedAt
      if (elapsedMs < graceMs || request.complete) continue
      const bytes = request.socket.bytesRead - bytesBefore
      if (bytes * 1_000 < bytesPerSecond * elapsedMs) server.emit('clientError', new SlowBody(), request.socket)
    }
  }, sweepMs)
  sweep.unref()
  server.once('close', () => clearInterval(sweep))
}

/** Carries Node's code for a request that took too long, so that both are answered alike. */
class SlowBody extends Error {
  readonly code = 'ERR_HTTP_REQUEST_TIMEOUT'
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
