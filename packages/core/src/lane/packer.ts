import { EMPTY_BOOKS, LIMITS, toRanges, type ApiEvent, type Batch, type BatchHead, type Books, type DropReason, type ErrorStack, type SeqRange } from '@wayside/protocol'
import type { Clock } from '../observe.ts'
import type { LaneBooks } from './books.ts'
import { NO_NOTICE, type DropNotice } from './drop-notices.ts'
import { freezeBatchSync, type freezeBatch, type splitFrozen } from './frozen-batch.ts'
import type { Parcel } from './parcel.ts'
import type { Entry, Queue } from './queue.ts'
import { cutRanges } from './seq-set.ts'

/** Makes parcels: of what is queued, of the books alone, and two of one. */
export interface Packer {
  /** Takes the oldest events at once and makes a parcel of them; `null` when that failed and was counted. */
  pack(): Promise<Parcel | null>
  /** A heartbeat: a parcel without events, which tells the books. */
  packHeartbeat(closed: boolean): Promise<Parcel | null>
  packHeartbeatSync(closed: boolean): Parcel
  /** A parcel without events that tells, in the name of a producer that is gone, what of its events was lost here. */
  packLoss(loss: SpoolLossOf): Promise<Parcel | null>
  /** Parcels of all that is left, that which is being packed included. */
  packRest(): Promise<Parcel[]>
  /** The same one by one and at once, as they are asked for. */
  packRestSync(): Generator<Parcel>
  /** Gives up what is left: its seqs. */
  takeRest(): readonly SeqRange[]
  /** Halves a parcel of at least two events. */
  split(parcel: Parcel): Promise<readonly [Parcel, Parcel]>
  /** Estimated bytes of the events that are being packed. */
  readonly bytes: number
}

/** Events of a producer that are lost, and why. */
export interface SpoolLossOf {
  readonly producerId: string
  readonly reason: DropReason
  readonly events: number
  readonly ranges: readonly SeqRange[]
}

export interface PackerOptions {
  readonly queue: Queue<ApiEvent>
  readonly books: LaneBooks
  readonly head: Omit<BatchHead, 'books'>
  readonly batchEvents: number
  readonly maxBatchBytes: number
  /** What the books tell of what waits. */
  readonly state: () => Pick<Books, 'oldestPendingAt' | 'spoolBytes'>
  /** A batch made now will wait. */
  readonly isTroubled: () => boolean
  /** The lane is about to end: with nothing more queued, a batch is the last. */
  readonly isEnding: () => boolean
  readonly takeStacks: () => readonly ErrorStack[]
  readonly onFault: (error: unknown) => void
  readonly clock: Clock
  readonly freeze: typeof freezeBatch
  readonly split: typeof splitFrozen
}

export function createPacker(options: PackerOptions): Packer {
  const { queue, books, batchEvents, maxBatchBytes, clock, freeze } = options
  /** Taken from the queue and not frozen yet. */
  let underWay: readonly Entry<ApiEvent>[] = []
  let bytes = 0

  function toBatch(entries: readonly Entry<ApiEvent>[], notice: DropNotice, closed: boolean): Batch {
    return {
      head: { ...options.head, books: books.snapshot({ ...options.state(), closed }) },
      events: entries.map(({ item }) => item),
      stacks: options.takeStacks(),
      ...notice,
    }
  }

  function describe(entries: readonly Entry<ApiEvent>[]): Omit<Parcel, 'frozen' | 'notice' | 'books'> {
    const nowMs = clock.monotonicMs()
    return {
      events: entries.length,
      ranges: rangesOf(entries),
      origin: 'live',
      oldestAt: entries.reduce((oldest, { item }) => Math.min(oldest, item.time), Infinity),
      pushedAtMs: entries[0]?.pushedAtMs ?? nowMs,
      packedAtMs: nowMs,
      place: null,
      attempts: 0,
      notBeforeMs: 0,
    }
  }

  async function make(entries: readonly Entry<ApiEvent>[], notice: DropNotice, closed = false): Promise<Parcel | null> {
    const batch = toBatch(entries, notice, closed)
    try {
      return { ...describe(entries), frozen: await freeze(batch), notice, books: batch.head.books }
    } catch (error) {
      books.giveBackNotice(notice)
      options.onFault(error)
      return null
    }
  }

  function makeSync(entries: readonly Entry<ApiEvent>[], notice: DropNotice, closed: boolean): Parcel {
    const batch = toBatch(entries, notice, closed)
    return { ...describe(entries), frozen: freezeBatchSync(batch), notice, books: batch.head.books }
  }

  function takeUnderWay(): readonly Entry<ApiEvent>[] {
    const entries = underWay
    underWay = []
    bytes = 0
    return entries
  }

  /** Portions of what is left, the oldest first. */
  function* portions(): Generator<readonly Entry<ApiEvent>[]> {
    let entries = takeUnderWay()
    while (entries.length > 0 || queue.size > 0) {
      if (entries.length > 0) yield entries
      entries = queue.take(batchEvents, maxBatchBytes)
    }
  }

  async function packLoss({ producerId, reason, events, ranges }: SpoolLossOf): Promise<Parcel | null> {
    const droppedSeqs = ranges.slice(0, LIMITS.seqRanges)
    // The server goes by the greatest of each count that it was told.
    const told: Books = { ...EMPTY_BOOKS, captured: (ranges.at(-1)?.to ?? -1) + 1, dropped: { [reason]: events } }
    const frozen = await freeze({ head: { ...options.head, producerId, books: told }, events: [], stacks: [], droppedSeqs, shed: [] })
    return { ...describe([]), frozen, notice: NO_NOTICE, books: null, origin: 'orphan' }
  }

  return {
    packLoss: (loss) => packLoss(loss).catch(() => null),
    async pack() {
      const entries = queue.take(batchEvents, maxBatchBytes)
      underWay = entries
      bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
      // A batch that waits tells what will soon be old: of drops, a later one tells.
      const parcel = await make(entries, options.isTroubled() ? NO_NOTICE : books.takeNotice(), options.isEnding() && queue.size === 0)
      // Somebody else has taken these events meanwhile: the lane has ended.
      if (underWay !== entries) return null
      takeUnderWay()
      if (parcel === null) books.drop('serialize_error', rangesOf(entries), entries.length)
      return parcel
    },
    packHeartbeat: (closed) => make([], books.takeNotice(), closed),
    packHeartbeatSync: (closed) => makeSync([], books.takeNotice(), closed),
    async packRest() {
      const parcels: Parcel[] = []
      for (const entries of portions()) {
        const parcel = await make(entries, NO_NOTICE)
        if (parcel === null) books.drop('serialize_error', rangesOf(entries), entries.length)
        else parcels.push(parcel)
      }
      return parcels
    },
    *packRestSync() {
      for (const entries of portions()) yield makeSync(entries, options.isEnding() ? books.takeNotice() : NO_NOTICE, options.isEnding() && queue.size === 0)
    },
    takeRest: () => rangesOf([...takeUnderWay(), ...queue.take(Infinity, Infinity)]),
    async split(parcel) {
      const [first, second] = await options.split(parcel.frozen)
      const events = parcel.events >> 1
      const [ranges, rest] = cutRanges(parcel.ranges, events)
      const half = { ...parcel, place: null, attempts: 0, notBeforeMs: 0 }
      return [
        { ...half, frozen: first, events, ranges },
        { ...half, frozen: second, events: parcel.events - events, ranges: rest, notice: NO_NOTICE },
      ]
    },
    get bytes() {
      return bytes
    },
  }
}

export function rangesOf(entries: readonly Entry<ApiEvent>[]): SeqRange[] {
  return toRanges(entries.map(({ item }) => item.seq))
}
