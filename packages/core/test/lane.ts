import { gunzipSync } from 'node:zlib'
import { vi } from 'vitest'
import { encodeBatch, parseBatch, splitBatch, type ApiEvent, type ParsedBatch, type WireBatch } from '@wayside/protocol'
import { createApiEvent } from '../../testing/src/api-event.ts'
import type { FrozenBatch } from '../src/lane/frozen-batch.ts'
import type { LaneOptions } from '../src/lane/lane.ts'
import { openLane } from '../src/lane/open-lane.ts'
import type { SendResult } from '../src/send-result.ts'

export const ACKED: SendResult = { kind: 'acked', rejected: [], afterMs: 0 }
export const RETRY: SendResult = { kind: 'retry', afterMs: 0, reason: 'down' }
export const PRODUCER = '0123456789abcdef0123456789abcdef'

export type Send = (batch: ParsedBatch, attempt: number) => SendResult | Promise<SendResult>

/** Fakes the clock, timers and turns of the event loop. Network and compression are left out of a lane below. */
export function fakeTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance', 'Date'] })
}

export interface LaneSetup extends Partial<LaneOptions> {
  readonly send?: Send
  readonly producerId?: string
  /** Open connections that are idle when the process exits. */
  readonly idle?: number
}

/** A lane whose batches go to `send` as a server reads them. */
export function startLane({ send = () => ACKED, producerId = PRODUCER, idle = 0, ...overrides }: LaneSetup = {}) {
  const attempts: { readonly batch: ParsedBatch; readonly frozen: FrozenBatch; readonly atMs: number }[] = []
  const parted: ParsedBatch[] = []
  const problems: string[] = []
  let captured = 0
  const lane = openLane({
    name: 'http://server',
    head: { producerId, privacyLevel: 0, sdk: 's', framework: 'f', environment: null, service: null, serviceVersion: null, instance: null },
    captured: () => captured,
    transport: {
      send(frozen) {
        const batch = readBody(frozen)
        attempts.push({ batch, frozen, atMs: performance.now() })
        return Promise.resolve(send(batch, attempts.length))
      },
      part(frozen) {
        if (parted.length === idle) return false
        parted.push(readBody(frozen))
        return true
      },
      release: () => undefined,
      close: () => undefined,
    },
    spool: null,
    attemptTimeoutMs: 10_000,
    batchEvents: 100,
    flushIntervalMs: 1_000,
    maxQueueEvents: 1_000,
    maxQueueBytes: 16_777_216,
    report: (kind, message) => void problems.push(`${kind}: ${message}`),
    clock: { now: () => Date.now(), monotonicMs: () => performance.now() },
    random: () => 0.5,
    freeze: (batch) => Promise.resolve(freeze(encodeBatch(batch))),
    split: (frozen) => Promise.resolve(splitBatch(JSON.parse(Buffer.from(frozen.body).toString())).map(freeze) as [FrozenBatch, FrozenBatch]),
    ...overrides,
  })
  return {
    lane,
    attempts,
    /** Batches that were handed over at the exit of the process. */
    parted,
    problems,
    /** Captures so many events. */
    capture(count: number, values: Partial<ApiEvent> = {}) {
      for (let at = 0; at < count; at++) lane.push(createApiEvent({ time: Date.now(), ...values, seq: captured++ }), performance.now())
    },
    /** Captures an event and loses it before it could be pushed. */
    lose: () => lane.lose(captured++, 'internal_error'),
    /** Seqs of each attempt's batch; those of heartbeats are empty. */
    seqs: () => attempts.map(({ batch }) => batch.events.map((event) => event.seq)),
  }
}

export function freeze(wire: WireBatch): FrozenBatch {
  const seq = typeof wire.seq === 'number' ? wire.seq : (wire.seq[0] ?? 0)
  return { id: `${wire.producer}:${seq}:${wire.n}`, body: Buffer.from(JSON.stringify(wire)), gzipped: false }
}

export function readBody({ body, gzipped }: Pick<FrozenBatch, 'body' | 'gzipped'>): ParsedBatch {
  const parsed = parseBatch(JSON.parse((gzipped ? gunzipSync(body) : Buffer.from(body)).toString()))
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.batch
}

