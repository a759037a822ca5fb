// Child process: makes load on one app at a time. Started by measure-slice's owner with `startPinned`.
import { answer } from './answer.ts'
import { type HttpConnection, openConnection } from './http-connection.ts'
import { createTraffic } from './traffic.ts'

/** What to send during a slice. */
export interface Load {
  readonly durationMs: number
  /** Requests a second, sent on time whatever the answers do; `null`: each connection sends as soon as it is answered. */
  readonly ratePerS: number | null
}

/** What came of it. */
export interface LoadResult {
  readonly requests: number
  readonly failed: number
  readonly requestsPerS: number
  /** Milliseconds; at a fixed rate from the instant at which the request was due. */
  readonly p50Ms: number
  readonly p99Ms: number
}

export type LoadMaker = typeof answers

const traffic = createTraffic()
let connections: HttpConnection[] = []

const answers = {
  /** Opens connections and sends a first request, so that neither is part of what the load measures. */
  async open({ port, count }: { port: number; count: number }): Promise<void> {
    connections = await Promise.all(Array.from({ length: count }, () => openConnection(port)))
    const first = connections[0]
    if (first !== undefined) await new Promise<void>((resolve) => sendNext(first, () => resolve()))
  },
  run: (load: Load): Promise<LoadResult> => (load.ratePerS === null ? saturate(load.durationMs) : pace(load.durationMs, load.ratePerS)),
  close(): void {
    for (const connection of connections) connection.close()
    connections = []
  },
}

answer(answers)

let position = 0

function sendNext(connection: HttpConnection, onResponse: (success: boolean) => void): void {
  const request = traffic[position++ % traffic.length]
  if (request !== undefined) connection.send(request, onResponse)
}

/** Every connection sends its next request as soon as it has its answer. */
function saturate(durationMs: number): Promise<LoadResult> {
  const recording = createRecording()
  return new Promise((resolve) => {
    let open = connections.length
    const loop = (connection: HttpConnection) => {
      const sentAt = performance.now()
      sendNext(connection, (success) => {
        recording.add(sentAt, success)
        if (performance.now() - recording.startedAt < durationMs) loop(connection)
        else if (--open === 0) resolve(recording.result())
      })
    }
    connections.forEach(loop)
  })
}

/** Requests become due at equal distances; those that find no free connection wait, and their wait counts. */
function pace(durationMs: number, ratePerS: number): Promise<LoadResult> {
  const recording = createRecording()
  const total = Math.round((durationMs * ratePerS) / 1000)
  const free = [...connections]
  const dueAt = (at: number) => recording.startedAt + (at * 1000) / ratePerS
  return new Promise((resolve) => {
    let sent = 0
    let answered = 0
    const sendDue = () => {
      while (sent < total && dueAt(sent) <= performance.now()) {
        const connection = free.shift()
        if (connection === undefined) return
        const due = dueAt(sent++)
        sendNext(connection, (success) => {
          recording.add(due, success)
          free.push(connection)
          if (++answered === total) resolve(recording.result())
          else sendDue()
        })
      }
    }
    const tick = () => {
      sendDue()
      if (sent < total) setTimeout(tick, 1)
    }
    tick()
  })
}

function createRecording() {
  const startedAt = performance.now()
  const latenciesMs: number[] = []
  let failed = 0
  return {
    startedAt,
    add(sinceMs: number, success: boolean) {
      latenciesMs.push(performance.now() - sinceMs)
      if (!success) failed++
    },
    result(): LoadResult {
      const sorted = Float64Array.from(latenciesMs).sort()
      const quantile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
      const requestsPerS = (sorted.length * 1000) / (performance.now() - startedAt)
      return { requests: sorted.length, failed, requestsPerS, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
    },
  }
}
