import { EMPTY_BOOKS, toRanges, type ShedWindow } from '@wayside/protocol'
import { array, boolean, constantFrom, nat, record, type Arbitrary } from 'fast-check'
import type { Delivery } from '../receive/receiver.ts'
import { sampleDelivery, sampleEvent, SAMPLE_TIME } from './sample.ts'

const FATES = ['stored', 'shed', 'dropped', 'rejected', 'untold'] as const
/** What becomes of an event that a producer captured; of an untold one nobody hears. */
type Fate = (typeof FATES)[number]

const EVENTS = 40
const CHUNKS = 12

/** A producer's life: what becomes of each of its events, how it packs them, and what of that arrives, in which order. */
export interface ProducerHistory {
  readonly fates: readonly Fate[]
  readonly packs: readonly { readonly length: number; readonly settled: number }[]
  /** Of a batch that was split, the first half alone may arrive. */
  readonly arrivals: readonly { readonly pack: number; readonly half: boolean }[]
}

export const producerHistories: Arbitrary<ProducerHistory> = record({
  fates: array(constantFrom(...FATES), { minLength: EVENTS, maxLength: EVENTS }),
  packs: array(record({ length: nat(6), settled: nat(EVENTS) }), { minLength: CHUNKS, maxLength: CHUNKS }),
  arrivals: array(record({ pack: nat(CHUNKS - 1), half: boolean() }), { maxLength: 30 }),
})

/** Seqs from `from` to `to`, both included, none where `to` is smaller, with the books of the moment when they were packed. */
export interface Arrival {
  readonly from: number
  readonly to: number
  readonly settledBefore: number
}

export function* toArrivals({ packs, arrivals }: ProducerHistory): Generator<Arrival> {
  let end = 0
  const packed = packs.map(({ length, settled }) => {
    const from = end
    end = Math.min(EVENTS, end + length)
    return { from, to: end - 1, settledBefore: Math.min(settled, from) }
  })
  for (const { pack, half } of arrivals) {
    const whole = packed[pack]
    if (whole !== undefined) yield half ? { ...whole, to: Math.floor((whole.from + whole.to) / 2) } : whole
  }
}

/** The n-th event was captured n seconds after the first. */
export const capturedAt = (seq: number) => SAMPLE_TIME - 3_600_000 + seq * 1_000

export function toDelivery({ fates }: ProducerHistory, arrival: Arrival): Delivery {
  const seqsOf = (fate: Fate) => seqsIn(arrival).filter((seq) => fates[seq] === fate)
  const shed = seqsOf('shed')
  return sampleDelivery({
    events: seqsOf('stored').map((seq) => sampleEvent({ seq, path: `/${seq}`, time: capturedAt(seq) - 2, durationUs: 2_000 })),
    report: {
      shed: shed.length === 0 ? [] : [sampleWindow(shed)],
      droppedSeqs: toRanges(seqsOf('dropped')),
      rejectedSeqs: seqsOf('rejected'),
      books: { ...EMPTY_BOOKS, captured: Math.max(arrival.from, arrival.to + 1), settledBefore: arrival.settledBefore },
    },
  })
}

/** A window of the sample's minute that counts these events as one endpoint's. */
export function sampleWindow(seqs: readonly number[]): ShedWindow {
  return {
    startAt: SAMPLE_TIME - (SAMPLE_TIME % 60_000),
    lengthMs: 60_000,
    seqs: toRanges(seqs),
    rows: [{ method: 'GET', route: '/', status: 200, requests: seqs.length, aborted: 0, requestBytes: 0, responseBytes: 0, latency: new Map() }],
  }
}

/** The books as sets of numbers have them: slow, and so plain that the receiver is tested against them. */
export interface BooksModel {
  arrive(arrival: Arrival): void
  /** Seqs of stored events, ascending. */
  stored(): readonly number[]
  lost(): readonly number[]
  /** Seqs that count as taken, ascending. */
  taken(): readonly number[]
  account(): {
    readonly captured: number
    readonly earlier: number
    readonly stored: number
    readonly shed: number
    readonly dropped: number
    readonly rejected: number
    readonly lost: number
    readonly pending: number
    /** Events that came again or too late. */
    readonly again: number
  }
}

export function createBooksModel({ fates }: ProducerHistory): BooksModel {
  const known = new Map<number, Fate>()
  let earlier: number | null = null
  let captured = 0
  let settled = 0
  let offered = 0

  const seqs = (of: (fate: Fate) => boolean) => [...known].flatMap(([seq, fate]) => (of(fate) ? [seq] : [])).sort((a, b) => a - b)
  const count = (wanted: Fate) => seqs((fate) => fate === wanted).length
  const unknown = () => Array.from({ length: captured }, (_, seq) => seq).filter((seq) => seq >= (earlier ?? 0) && !known.has(seq))

  return {
    arrive(arrival) {
      const first = (earlier ??= arrival.settledBefore)
      captured = Math.max(captured, arrival.from, arrival.to + 1)
      settled = Math.max(settled, arrival.settledBefore)
      const isNew = (seq: number) => seq >= first && !known.has(seq)
      const isNewWindow = seqsIn(arrival).every((seq) => fates[seq] !== 'shed' || isNew(seq))
      for (const seq of seqsIn(arrival)) {
        const fate = fates[seq] ?? 'untold'
        if (fate === 'stored') offered++
        if (fate !== 'untold' && isNew(seq) && (fate !== 'shed' || isNewWindow)) known.set(seq, fate)
      }
    },
    stored: () => seqs((fate) => fate === 'stored'),
    lost: () => unknown().filter((seq) => seq < settled),
    taken: () => [...Array.from({ length: earlier ?? 0 }, (_, seq) => seq), ...seqs(() => true)],
    account() {
      const lost = unknown().filter((seq) => seq < settled).length
      return {
        captured,
        earlier: earlier ?? 0,
        stored: count('stored'),
        shed: count('shed'),
        dropped: count('dropped'),
        rejected: count('rejected'),
        lost,
        pending: unknown().length - lost,
        again: offered - count('stored'),
      }
    },
  }
}

function seqsIn({ from, to }: Arrival): readonly number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at)
}
