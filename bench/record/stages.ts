import { Socket } from 'node:net'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { createRecorder, type Recorder } from '../../packages/core/src/index.ts'
import { encodeBatch, type ApiEvent, type BatchHead } from '../../packages/protocol/src/index.ts'
import { sizeOfEvent } from '../../packages/core/src/event-size.ts'
import { observe } from '../../packages/core/src/observe.ts'
import { createQueue } from '../../packages/core/src/queue.ts'
import { toEvent } from '../../packages/core/src/to-event.ts'
import { events, requests, take } from '../fixture.ts'
import { finish, makeExchange, makeSockets, type FakeExchange } from './exchanges.ts'

export interface StageResult {
  readonly stage: string
  /** Nanoseconds an event. */
  readonly median: number
  readonly low: number
  readonly high: number
}

const EVENTS = 2_000
/** Exchanges under way at once. */
const CONCURRENT = 50
const WARM_UP_ROUNDS = 5
const BATCH = 500
export const HEAD: BatchHead = {
  producerId: '0123456789abcdef0123456789abcdef',
  privacyLevel: 0,
  sdk: '@wayside/express/1.0.0',
  framework: 'express',
  environment: 'production',
  service: null,
  serviceVersion: '4.2.0',
  instance: null,
  books: { captured: 12_345, dropped: {} },
}

/** Runs every stage once in each round, so that the machine's changing speed meets all of them alike. */
export async function measureStages(rounds: number): Promise<StageResult[]> {
  const samples = new Map<string, number[]>()
  const add = (stage: string, ms: number) => samples.set(stage, [...(samples.get(stage) ?? []), (ms * 1e6) / EVENTS])
  const descriptions = requests()
  const wholeEvents = events()
  // The server address is a closed port: a full queue only, no batch leaves within a round.
  const recorder = createRecorder<FakeExchange>({
    framework: 'express',
    sdk: 'bench/0',
    apiKey: 'bench',
    options: {
      serverUrl: 'http://127.0.0.1:9',
      flushIntervalMs: 600_000,
      batchEvents: 2_000,
      maxQueueEvents: 1_000,
      getUserId: ({ request }) => String(request.headers['x-user'] ?? ''),
      onError: () => undefined,
    },
  })
  const sockets = makeSockets(CONCURRENT)
  const exchanges = () => take(descriptions, CONCURRENT).map((description, at) => makeExchange(description, sockets[at % CONCURRENT] ?? new Socket()))
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const batch = take(wholeEvents, EVENTS)
    const record = round < 0 ? () => undefined : add
    const sums = { bare: 0, measure: 0, start: 0, close: 0 }
    for (let done = 0; done < EVENTS; done += CONCURRENT) {
      sums.bare += bare(exchanges())
      sums.measure += observeOnly(exchanges())
      const [startMs, closeMs] = wholePath(recorder, exchanges())
      sums.start += startMs
      sums.close += closeMs
    }
    record('listener of `close` that does nothing', sums.bare)
    record('observe and measure only', sums.measure)
    record('recorder: start of the exchange', sums.start)
    record('recorder: `record()`, from `close` into the queue', sums.close)
    record('of it: to event', timed(() => void toEvents(batch)))
    record('of it: push', timed(() => pushAll(batch)))
    await encodeStages(batch, record)
  }
  await recorder.close({ timeoutMs: 0 })
  return [...samples].map(([stage, values]) => ({ stage, ...quartiles(values) }))
}

function bare(exchanges: readonly FakeExchange[]): number {
  const startMs = timed(() => {
    for (const { response } of exchanges) response.on('close', () => undefined)
  })
  return startMs + closeAll(exchanges)
}

function observeOnly(exchanges: readonly FakeExchange[]): number {
  const clock = { now: Date.now, monotonicMs: () => performance.now() }
  let seen = 0
  const startMs = timed(() => {
    for (const { request, response } of exchanges) observe(request, response, clock, (measured) => void (seen += measured.status))
  })
  return startMs + closeAll(exchanges)
}

function wholePath(recorder: Recorder<FakeExchange>, exchanges: readonly FakeExchange[]): [number, number] {
  const startMs = timed(() => {
    for (const exchange of exchanges) {
      const { request, response, description } = exchange
      recorder.observe({ request, response, source: exchange, url: request.url ?? '/', route: () => description.route })
    }
  })
  return [startMs, closeAll(exchanges)]
}

function closeAll(exchanges: readonly FakeExchange[]): number {
  for (const exchange of exchanges) finish(exchange)
  return timed(() => {
    for (const { response } of exchanges) response.emit('close')
  })
}

function toEvents(batch: readonly ApiEvent[]): number {
  let sum = 0
  for (const event of batch) {
    const { status, outcome, requestBytes, responseBytes } = event
    const measured = { startedAt: event.time, durationUs: event.durationUs ?? 0, outcome, status, requestBytes: requestBytes ?? 0, responseBytes: responseBytes ?? 0 }
    sum += toEvent(event.seq, measured, { ...event, tags: null }).status
  }
  return sum
}

function pushAll(batch: readonly ApiEvent[]): void {
  const queue = createQueue<ApiEvent>({ maxItems: 10_000, maxBytes: 16_777_216, sizeOf: sizeOfEvent, onOverflow: () => undefined })
  const nowMs = performance.now()
  for (const event of batch) queue.push(event, nowMs)
}

const compress = promisify(gzip)

async function encodeStages(batch: readonly ApiEvent[], record: (stage: string, ms: number) => void): Promise<void> {
  const bodies: Buffer[] = []
  const encodeMs = timed(() => {
    for (let at = 0; at < batch.length; at += BATCH)
      bodies.push(Buffer.from(JSON.stringify(encodeBatch({ head: HEAD, events: batch.slice(at, at + BATCH), stacks: [] }))))
  })
  const startMs = performance.now()
  for (const body of bodies) await compress(body, { level: constants.Z_BEST_SPEED })
  const gzipMs = performance.now() - startMs
  record('encode', encodeMs)
  record('gzip, off the event loop', gzipMs)
  record('encode and gzip together', encodeMs + gzipMs)
}

function timed(work: () => void): number {
  const startMs = performance.now()
  work()
  return performance.now() - startMs
}

function quartiles(values: readonly number[]): { median: number; low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return { median: at(0.5), low: at(0.25), high: at(0.75) }
}
