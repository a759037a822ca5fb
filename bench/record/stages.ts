import { Socket } from 'node:net'
import { constants, gzipSync } from 'node:zlib'
import { createRecorder, type Recorder } from '../../packages/core/src/index.ts'
import { EMPTY_BOOKS, encodeBatch, type ApiEvent, type BatchHead } from '../../packages/protocol/src/index.ts'
import { isPrecious, sizeOfEvent } from '../../packages/core/src/lane/event-size.ts'
import { observe } from '../../packages/core/src/observe.ts'
import { createQueue } from '../../packages/core/src/lane/queue.ts'
import { toEvent } from '../../packages/core/src/to-event.ts'
import { events, requests, take } from '../fixture.ts'
import { finish, makeExchange, makeSockets, type FakeExchange } from './exchanges.ts'
import { timed } from './stopwatch.ts'

export interface StageResult {
  readonly stage: string
  /** Nanoseconds an event: median and quartiles of the undisturbed samples. */
  readonly median: number
  readonly low: number
  readonly high: number
  readonly samples: number
}

/** Exchanges under way at once, timed together. */
const CONCURRENT = 100
const BATCH = 500
const SAMPLES_A_ROUND = 20
const WARM_UP_ROUNDS = 5
/** The head of the benches' batches. */
export const HEAD: BatchHead = {
  producerId: '0123456789abcdef0123456789abcdef',
  privacyLevel: 0,
  sdk: '@wayside/express/1.0.0',
  framework: 'express',
  environment: 'production',
  service: null,
  serviceVersion: '4.2.0',
  instance: null,
  books: { ...EMPTY_BOOKS, captured: 12_345 },
}

/** Runs every stage in turn in each round, so that the machine's changing speed meets all of them alike. */
export async function measureStages(rounds: number): Promise<StageResult[]> {
  const samples = new Map<string, number[]>()
  let counts = false
  const add = (stage: string, ms: number | null, count: number) => {
    if (counts && ms !== null) samples.set(stage, [...(samples.get(stage) ?? []), (ms * 1e6) / count])
  }
  const recorder = makeRecorder({ maxQueueEvents: 100_000 })
  const fullRecorder = makeRecorder({ maxQueueEvents: 1_000, maxQueueBytes: 65_536 })
  const descriptions = requests()
  const wholeEvents = events()
  const sockets = makeSockets(CONCURRENT)
  const exchanges = () =>
    take(descriptions, CONCURRENT).map((description, at) => makeExchange(description, sockets[at] ?? new Socket()))
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    counts = round >= 0
    for (let sample = 0; sample < SAMPLES_A_ROUND; sample++) {
      bare(exchanges(), add)
      observeOnly(exchanges(), add)
      wholePath(recorder, exchanges(), (stage, ms, count) => add(`recorder: ${stage}`, ms, count))
      wholePath(fullRecorder, exchanges(), (stage, ms, count) => add(`recorder with a full queue: ${stage}`, ms, count))
      const batch = take(wholeEvents, BATCH)
      add('of it: to event', timed(() => void toEvents(batch)), BATCH)
      add('of it: push', timed(() => pushAll(batch)), BATCH)
      encodeStages(batch, add)
    }
    // Lets the recorders' own turns run, in which they encode batches.
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await Promise.all([recorder.close({ timeoutMs: 0 }), fullRecorder.close({ timeoutMs: 0 })])
  return [...samples].map(([stage, values]) => ({ stage, ...quartiles(values) }))
}

type Add = (stage: string, ms: number | null, count: number) => void

/** Its batches never leave: the address is a closed port. */
function makeRecorder(bounds: { readonly maxQueueEvents: number; readonly maxQueueBytes?: number }): Recorder<FakeExchange> {
  return createRecorder<FakeExchange>({
    framework: 'express',
    sdk: 'bench/0',
    apiKey: 'bench',
    options: {
      serverUrl: 'http://127.0.0.1:9',
      flushIntervalMs: 600_000,
      batchEvents: 2_000,
      ...bounds,
      getUserId: ({ request }) => String(request.headers['x-user'] ?? ''),
      onError: () => undefined,
    },
  })
}

function bare(exchanges: readonly FakeExchange[], add: Add): void {
  const start = timed(() => {
    for (const { response } of exchanges) response.on('close', () => undefined)
  })
  const close = closeAll(exchanges)
  add('for comparison: a listener of `close` that does nothing', sum(start, close), CONCURRENT)
}

function observeOnly(exchanges: readonly FakeExchange[], add: Add): void {
  const clock = { now: Date.now, monotonicMs: () => performance.now() }
  let seen = 0
  const start = timed(() => {
    for (const { request, response } of exchanges) observe(request, response, clock, (measured) => void (seen += measured.status))
  })
  add('observe and measure only, start and close', sum(start, closeAll(exchanges)), CONCURRENT)
}

function wholePath(recorder: Recorder<FakeExchange>, exchanges: readonly FakeExchange[], add: Add): void {
  const start = timed(() => {
    for (const exchange of exchanges) {
      const { request, response, description } = exchange
      recorder.observe({ request, response, source: exchange, url: request.url ?? '/', route: () => description.route })
    }
  })
  add('start of the exchange', start, CONCURRENT)
  add('`record()`, from `close` into the queue', closeAll(exchanges), CONCURRENT)
}

function closeAll(exchanges: readonly FakeExchange[]): number | null {
  for (const exchange of exchanges) finish(exchange)
  return timed(() => {
    for (const { response } of exchanges) response.emit('close')
  })
}

function toEvents(batch: readonly ApiEvent[]): number {
  let total = 0
  for (const event of batch) {
    const { time: startedAt, durationUs, outcome, status, requestBytes, responseBytes } = event
    const measured = { startedAt, durationUs: durationUs ?? 0, outcome, status, requestBytes: requestBytes ?? 0, responseBytes: responseBytes ?? 0 }
    total += toEvent(event.seq, measured, { ...event, tags: null }).status
  }
  return total
}

function pushAll(batch: readonly ApiEvent[]): void {
  const queue = createQueue<ApiEvent>({ maxItems: 10_000, roomBytes: () => 16_777_216, sizeOf: sizeOfEvent, isPrecious, onOverflow: () => undefined })
  const nowMs = performance.now()
  for (const event of batch) queue.push(event, nowMs)
}

function encodeStages(batch: readonly ApiEvent[], add: Add): void {
  let body = Buffer.alloc(0)
  const encode = timed(() => void (body = Buffer.from(JSON.stringify(encodeBatch({ head: HEAD, events: batch, stacks: [], droppedSeqs: [], shed: [] })))))
  // In this thread, so that it can be timed; the SDK compresses in a thread of Node's pool.
  const gzip = timed(() => void gzipSync(body, { level: constants.Z_BEST_SPEED }))
  add('encode', encode, BATCH)
  add('gzip', gzip, BATCH)
  add('encode and gzip together', sum(encode, gzip), BATCH)
}

function sum(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

function quartiles(values: readonly number[]): Omit<StageResult, 'stage'> {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return { median: at(0.5), low: at(0.25), high: at(0.75), samples: sorted.length }
}
