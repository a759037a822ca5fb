import { Agent, request } from 'node:http'
import process from 'node:process'
import { gzipSync } from 'node:zlib'
import { EMPTY_BOOKS, encodeBatch, type ApiEvent } from '../../packages/protocol/src/index.ts'
import { events } from '../fixture.ts'

// A process of its own, so that making load does not share the server's event loop. It is told what to do in one
// message, makes every body beforehand, says that it is ready, and sends when told so.

/** What the bench asks for. */
export interface LoadOrder {
  readonly url: string
  readonly key: string
  readonly batches: number
  readonly batchEvents: number
  /** Requests under way at once, each with a producer of its own. */
  readonly connections: number
  /** Batches a second; `null` for as fast as the server answers. */
  readonly batchesPerSecond: number | null
  /** The last event's time, milliseconds since 1970. */
  readonly until: number
}

export type LoadMessage = { readonly kind: 'ready'; readonly wireBytes: number } | LoadDone

export interface LoadDone {
  readonly kind: 'done'
  readonly accepted: number
  readonly refused: number
  readonly seconds: number
  readonly cpuSeconds: number
  /** From sending a batch to its acknowledgement, milliseconds, sorted. */
  readonly latenciesMs: readonly number[]
}

process.once('message', (order: LoadOrder) => {
  const bodies = makeBodies(order)
  report({ kind: 'ready', wireBytes: bodies.reduce((sum, body) => sum + body.length, 0) })
  process.once('message', () => void send(order, bodies).then(report))
})

function report(message: LoadMessage): void {
  process.send?.(message)
}

function makeBodies({ batches, batchEvents, connections, until }: LoadOrder): readonly Buffer[] {
  const source = events()
  const total = batches * batchEvents
  const nextSeq = Array.from({ length: connections }, () => 1)
  return Array.from({ length: batches }, (_, batch) => {
    const producer = batch % connections
    const rows: ApiEvent[] = []
    for (let at = 0; at < batchEvents; at++) {
      const next = source.next()
      if (next.done === true) break
      const seq = nextSeq[producer] ?? 1
      nextSeq[producer] = seq + 1
      // Two milliseconds apart, ending now: half an hour of traffic in a few seconds, as after an outage.
      rows.push({ ...next.value, seq, time: until - (total - batch * batchEvents - at) * 2 })
    }
    const head = {
      producerId: producer.toString(16).padStart(32, '0'),
      privacyLevel: 0,
      sdk: '@wayside/express/1.0.0',
      framework: 'express',
      environment: 'production',
      service: 'shop',
      serviceVersion: '1.4.0',
      instance: `pod-${producer}`,
      books: { ...EMPTY_BOOKS, captured: nextSeq[producer] ?? 1 },
    } as const
    return gzipSync(JSON.stringify(encodeBatch({ head, events: rows, stacks: [], droppedSeqs: [], shed: [] })), { level: 1 })
  })
}

async function send({ url, key, connections, batchesPerSecond }: LoadOrder, bodies: readonly Buffer[]): Promise<LoadDone> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latenciesMs: number[] = []
  let accepted = 0
  let refused = 0
  const started = performance.now()
  const cpu = process.cpuUsage()

  async function sendAll(connection: number): Promise<void> {
    for (let at = connection; at < bodies.length; at += connections) {
      const body = bodies[at]
      if (body === undefined) return
      if (batchesPerSecond !== null) await until(started + (at * 1_000) / batchesPerSecond)
      for (;;) {
        const sentAt = performance.now()
        const answer = await post(`${url}/api/v1/events`, key, body, agent)
        latenciesMs.push(performance.now() - sentAt)
        if (answer.status === 200) {
          accepted += answer.accepted
          break
        }
        if (answer.status !== 503) throw new Error(`the server answered ${answer.status}`)
        refused++
        await until(performance.now() + 250)
      }
    }
  }

  await Promise.all(Array.from({ length: connections }, (_, connection) => sendAll(connection)))
  const { user, system } = process.cpuUsage(cpu)
  agent.destroy()
  return {
    kind: 'done',
    accepted,
    refused,
    seconds: (performance.now() - started) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    latenciesMs: latenciesMs.toSorted((a, b) => a - b),
  }
}

function until(instant: number): Promise<void> {
  const waitMs = instant - performance.now()
  return waitMs <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, waitMs))
}

function post(url: string, key: string, body: Buffer, agent: Agent): Promise<{ readonly status: number; readonly accepted: number }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': body.length }
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        const status = response.statusCode ?? 0
        // Boundary: a 200 of our own server is a BatchReceipt.
        resolve({ status, accepted: status === 200 ? (JSON.parse(text) as { accepted: number }).accepted : 0 })
      })
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
