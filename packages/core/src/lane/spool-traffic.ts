import type { Clock } from '../observe.ts'
import type { Spool, SpoolBatch, TakenBatch } from '../spool/spool.ts'
import type { Delivery } from './delivery.ts'
import { NO_NOTICE } from './drop-notices.ts'
import { producerOf } from './frozen-batch.ts'
import type { Parcel } from './parcel.ts'

/** Decides what goes to the spool and when it comes back. Nothing here throws or rejects. */
export interface SpoolTraffic {
  /** Writes a parcel ahead of its first attempt, where the mode is `always`. */
  writeAhead(parcel: Parcel): Promise<void>
  /** Something has changed that it waits for. */
  pump(): void
  /** A parcel has been delivered or given up. */
  settled(parcel: Parcel): void
  /** What a parcel holds is in others now. */
  forget(parcel: Parcel): void
  /** Other processes have left something. */
  adopted(): void
  /** Writes parcels for a later process; returns those that are not on disk. */
  leave(parcels: readonly Parcel[]): Promise<readonly Parcel[]>
  /** The same while the process exits. Returns how many were written; they are asked for one by one. */
  leaveSync(parcels: Iterable<Parcel>): number
  /** Whether a parcel is on disk, or being written. */
  holds(parcel: Parcel): boolean
  stop(): void
}

export interface SpoolTrafficOptions {
  readonly spool: Spool
  readonly producerId: string
  readonly always: boolean
  readonly delivery: Pick<Delivery, 'add' | 'waiting' | 'withdraw' | 'readyAtMs'>
  /** More than half of the memory is in use. */
  readonly isCrowded: () => boolean
  /** A parcel is on disk and no longer in memory. */
  readonly onSpilled: (parcel: Parcel) => void
  readonly clock: Clock
}

/** A parcel that has waited so long goes to disk. */
const PATIENCE_MS = 5_000
/** Live events come first: after what took this time to send, replay rests four times as long. */
const REPLAY_REST = 4
const MAX_REST_MS = 1_000
/** How long the exit of the process may be held. */
const EXIT_MS = 50

export function createSpoolTraffic(options: SpoolTrafficOptions): SpoolTraffic {
  const { spool, always, delivery, isCrowded, onSpilled, clock } = options
  const writing = new Map<Parcel, Promise<void>>()
  /** The spool may have something to take. */
  let stocked = false
  /** One at a time comes back. */
  let replaying = false
  let replayAtMs = 0
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  function pump(): void {
    if (stopped) return
    const nowMs = clock.monotonicMs()
    const crowded = isCrowded()
    const due = delivery.waiting.filter((parcel) => crowded || nowMs - parcel.packedAtMs >= PATIENCE_MS)
    if (due.length > 0 && !spool.stats().degraded) for (const parcel of due) void spill(parcel)
    const readyMs = Math.max(replayAtMs, delivery.readyAtMs)
    if (stocked && !replaying && readyMs <= nowMs) void replay()
    schedule(nowMs, stocked && !replaying ? readyMs : Infinity)
  }

  function schedule(nowMs: number, replayMs: number): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    let wakeAtMs = replayMs
    for (const { packedAtMs } of delivery.waiting) if (packedAtMs + PATIENCE_MS > nowMs) wakeAtMs = Math.min(wakeAtMs, packedAtMs + PATIENCE_MS)
    if (wakeAtMs === Infinity) return
    timer = setTimeout(pump, Math.max(1, Math.ceil(wakeAtMs - nowMs)))
    timer.unref()
  }

  async function spill(parcel: Parcel): Promise<void> {
    if (parcel.events === 0 || writing.has(parcel)) return
    if (parcel.place === null) await write(parcel)
    const { place } = parcel
    if (place === null || stopped || !delivery.waiting.includes(parcel) || !spool.release(place)) return
    delivery.withdraw(parcel)
    stocked = true
    if (parcel.origin !== 'live') replaying = false
    onSpilled(parcel)
    pump()
  }

  function write(parcel: Parcel): Promise<void> {
    const written = spool.append(toSpoolBatch(parcel)).then((place) => {
      if (writing.delete(parcel)) parcel.place = place
      // It was settled while it was written.
      else if (place !== null) void spool.settle(place)
    })
    writing.set(parcel, written)
    return written
  }

  async function replay(): Promise<void> {
    replaying = true
    const taken = await spool.take()
    stocked = taken !== null
    if (taken === null || stopped) {
      replaying = false
    } else {
      delivery.add(toParcel(taken))
    }
  }

  function toParcel({ batch, place }: TakenBatch): Parcel {
    const nowMs = clock.monotonicMs()
    return {
      frozen: { id: `${batch.producerId}:${batch.firstSeq}:${batch.events}`, body: batch.body, gzipped: batch.gzipped },
      events: batch.events,
      ranges: batch.ranges,
      notice: NO_NOTICE,
      books: null,
      origin: batch.producerId === options.producerId ? 'replay' : 'orphan',
      oldestAt: batch.pushedAt,
      pushedAtMs: nowMs,
      packedAtMs: nowMs,
      place,
      attempts: batch.attempted ? 1 : 0,
      notBeforeMs: 0,
    }
  }

  return {
    async writeAhead(parcel) {
      if (always && parcel.events > 0) await write(parcel)
    },
    pump,
    settled(parcel) {
      const { place, origin, packedAtMs } = parcel
      writing.delete(parcel)
      if (place !== null) void spool.settle(place)
      if (origin === 'live') return
      replaying = false
      const nowMs = clock.monotonicMs()
      replayAtMs = nowMs + Math.min(MAX_REST_MS, REPLAY_REST * (nowMs - packedAtMs))
    },
    forget(parcel) {
      writing.delete(parcel)
      if (parcel.place !== null) void spool.settle(parcel.place)
    },
    adopted() {
      stocked = true
      pump()
    },
    async leave(parcels) {
      await Promise.all(parcels.map((parcel) => writing.get(parcel) ?? (parcel.place === null ? write(parcel) : undefined)))
      return parcels.filter((parcel) => parcel.place === null)
    },
    leaveSync: (parcels) => spool.appendSync(mapLazily(parcels, toSpoolBatch), EXIT_MS),
    holds: (parcel) => parcel.place !== null || writing.has(parcel),
    stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }

  function toSpoolBatch({ frozen, events: count, ranges, pushedAtMs, attempts }: Parcel): SpoolBatch {
    return {
      producerId: producerOf(frozen),
      firstSeq: ranges[0]?.from ?? 0,
      events: count,
      ranges,
      pushedAt: Math.round(clock.now() - (clock.monotonicMs() - pushedAtMs)),
      gzipped: frozen.gzipped,
      attempted: attempts > 0,
      body: frozen.body,
    }
  }
}

function* mapLazily<From, To>(values: Iterable<From>, turn: (value: From) => To): Generator<To> {
  for (const value of values) yield turn(value)
}
