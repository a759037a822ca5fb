import { LIMITS, type BatchReceipt } from '@wayside/protocol'
import type { Settings } from '../config/settings.ts'
import type { Delivery, Receiver } from '../receive/receiver.ts'
import type { Principal } from '../registry/registry.ts'
import { createBodyMemory, type Lease } from './body/body-memory.ts'
import { createInflate, type Inflate } from './body/inflate.ts'
import type { Pressure } from './pressure/judge-pressure.ts'
import { ProblemError } from './problem.ts'
import { toRetryAfter } from './retry-after.ts'
import { createThrottle } from './throttle.ts'
import { createTurns, type Turns } from '../turns.ts'

/** What deliveries of events in any format have to pass, and share. */
export interface IntakeGate {
  /** Throws 429 for a key that is over its rate, and 503 while the server has no room. Before a body is read. */
  admit(principal: Principal): void
  /** Counts what a body weighs as sent against its key's rate. */
  weigh(principal: Principal, bytes: number): void
  /** Memory for one batch. */
  lease(): Lease
  readonly inflate: Inflate
  readonly turns: Turns
  /** Hands events on, counts them against their key's rate, and tells the sender when to slow down. */
  receive(principal: Principal, delivery: Delivery): Promise<BatchReceipt>
}

export interface IntakeGateOptions {
  readonly settings: Pick<Settings, 'keyEventsPerSecond' | 'keyBytesPerSecond'>
  readonly receiver: Receiver
  readonly pressure: () => Pressure
  readonly monotonicMs: () => number
}

/** Batches that are held at the same time, by all requests together. */
const BATCH_MEMORY_BYTES = 16 * LIMITS.bodyBytes
/** How many seconds of its rate a key may use at once: what a wave after an outage brings. */
const BURST_SECONDS = 10

export function createIntakeGate({ settings, receiver, pressure, monotonicMs }: IntakeGateOptions): IntakeGate {
  const rate = (perSecond: number) => createThrottle({ perSecond, burst: perSecond * BURST_SECONDS, monotonicMs })
  const events = rate(settings.keyEventsPerSecond)
  const bytes = rate(settings.keyBytesPerSecond)
  const memory = createBodyMemory(BATCH_MEMORY_BYTES)
  const turns = createTurns()

  return {
    admit({ keyId }) {
      const eventsMs = events.waitMs(keyId, 0)
      if (eventsMs > 0) throw overRate(eventsMs, `${settings.keyEventsPerSecond} events`, '--key-events-per-second')
      const bytesMs = bytes.waitMs(keyId, 0)
      if (bytesMs > 0) throw overRate(bytesMs, `${settings.keyBytesPerSecond} bytes`, '--key-mib-per-second')
      const { refusal } = pressure()
      if (refusal !== null) throw noRoom(refusal)
    },
    weigh: ({ keyId }, sentBytes) => bytes.use(keyId, sentBytes),
    lease: () => memory.lease(),
    inflate: createInflate(LIMITS.bodyBytes),
    turns,
    async receive({ keyId }, delivery) {
      events.use(keyId, delivery.events.length)
      await turns.next()
      const receipt = await receiver.receive(delivery)
      const { throttleMs } = pressure()
      return throttleMs === null ? receipt : { ...receipt, throttle: { retryAfterMs: throttleMs } }
    },
  }
}

function overRate(waitMs: number, rate: string, flag: string): ProblemError {
  return new ProblemError(
    429,
    `This key sends more than ${rate} a second, which ${flag} of the server allows. Send the same again later.`,
    { 'retry-after': toRetryAfter(waitMs) },
    { rule: 'key-rate' },
  )
}

function noRoom({ reason, retryAfterMs }: NonNullable<Pressure['refusal']>): ProblemError {
  return new ProblemError(
    503,
    `The server cannot take events at present: ${reason}. Send the same again later.`,
    { 'retry-after': toRetryAfter(retryAfterMs) },
    { rule: 'server-room' },
  )
}
