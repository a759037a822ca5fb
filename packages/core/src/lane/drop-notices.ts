import { LIMITS, countSeqs, type ApiEvent, type SeqRange, type ShedWindow } from '@wayside/protocol'
import { createSeqSet } from './seq-set.ts'
import { createShedWindows } from './shed-windows.ts'

/** What a batch tells of events that it does not carry. */
export interface DropNotice {
  readonly droppedSeqs: readonly SeqRange[]
  readonly shed: readonly ShedWindow[]
}

export const NO_NOTICE: DropNotice = Object.freeze({ droppedSeqs: [], shed: [] })

/** Keeps what the server has yet to be told of dropped events, and how far it knows everything. */
export interface DropNotices {
  /** The server holds these. */
  stored(ranges: readonly SeqRange[]): void
  /** These are lost without a trace but their count. */
  dropped(ranges: readonly SeqRange[]): void
  /** This one is lost, and counts by endpoint where there is memory for it. */
  shed(event: ApiEvent): void
  /** What the next batch tells, as much as it may carry. */
  take(): DropNotice
  /** It has been told. */
  told(notice: DropNotice): void
  /** It was not told, or nobody knows: a later batch tells it again. */
  giveBack(notice: DropNotice): void
  /** It cannot be told: the server refuses it. */
  giveUp(notice: DropNotice): void
  /** Every seq below is known to the server. */
  readonly settledBefore: number
  /** Shed events that count by endpoint, at the server or here. */
  readonly shedEvents: number
  /** Something waits to be told. */
  readonly waiting: boolean
}

/** Beyond this the oldest ranges are forgotten; then only the books tell how many events were lost. */
const MAX_RANGES = 10_000

export function createDropNotices(): DropNotices {
  const known = createSeqSet()
  const untold = createSeqSet()
  const windows = createShedWindows()
  let shedEvents = 0

  function dropped(ranges: readonly SeqRange[]): void {
    untold.addAll(ranges)
    forgetExcess()
  }

  function forgetExcess(): void {
    const excess = untold.ranges.length - MAX_RANGES
    if (excess > 0) known.addAll(untold.take(excess))
  }

  function settle({ droppedSeqs, shed }: DropNotice): void {
    known.addAll(droppedSeqs)
    for (const { seqs } of shed) known.addAll(seqs)
    windows.release(shed)
  }

  return {
    stored: known.addAll,
    dropped,
    shed(event) {
      if (windows.add(event)) {
        shedEvents++
      } else {
        untold.add(event.seq)
        forgetExcess()
      }
    },
    take: () => ({ droppedSeqs: untold.take(LIMITS.seqRanges), shed: windows.take() }),
    told: settle,
    giveBack({ droppedSeqs, shed }) {
      dropped(droppedSeqs)
      windows.giveBack(shed)
    },
    giveUp(notice) {
      settle(notice)
      for (const { seqs } of notice.shed) shedEvents -= countSeqs(seqs)
    },
    get settledBefore() {
      return known.firstMissing
    },
    get shedEvents() {
      return shedEvents
    },
    get waiting() {
      return untold.ranges.length > 0 || windows.waiting > 0
    },
  }
}
