import { countSeqs } from '@wayside/protocol'
import type { BatchHeader, BatchSeqs } from '../journal/journal-batch.ts'
import { readSegment } from '../journal/read-segment.ts'
import { encodeJournalBatch } from '../journal/segment-format.ts'
import type { ShedCounts } from '../journal/shed-counts.ts'
import { contains, countCommon, union, type IntervalSet } from '../ledger/interval-set.ts'
import type { ProducerKey } from '../ledger/ledger.ts'
import { countTraceless } from '../ledger/producer-books.ts'
import type { SeqsOfProducer } from '../registry/claims.ts'

/** What was asked for of each producer, and what of it was given. */
export type Granted = readonly (SeqsOfProducer & { readonly asked: IntervalSet })[]

/**
 * What batches would add to answers, by producer: their events, and those that shed windows count. The rest of the ledger's
 * ranges is not claimed: a server that first hears of a producer takes all before for settled, though another may hold it.
 * Drops without a trace are the stretch by which the producer's own count has grown, under a name of their own.
 */
export function toWanted(headers: readonly BatchHeader[]): readonly SeqsOfProducer[] {
  const wanted = new Map<string, SeqsOfProducer>()
  const add = (key: ProducerKey, ranges: IntervalSet): void => {
    if (ranges.length === 0) return
    const name = toName(key)
    wanted.set(name, { ...key, ranges: union(wanted.get(name)?.ranges ?? [], ranges) })
  }
  for (const header of headers) {
    const { projectId, producerId, seqs } = header
    if (producerId === null || seqs === undefined) continue
    add({ projectId, producerId }, union(seqs.events, ...seqs.windows.map((window) => window.seqs)))
    add({ projectId, producerId: toDropsOf(producerId) }, toDroppedStretch(header))
  }
  return [...wanted.values()]
}

/** The batches without what was not given; `null` where everything was. The same grant makes the same bytes. */
export function keepGranted(batches: readonly Buffer[], granted: Granted): { readonly bytes: Buffer; readonly events: number } | null {
  if (granted.every(({ asked, ranges }) => countSeqs(asked) === countCommon(ranges, asked))) return null
  const sets = new Map(granted.map((each) => [toName(each), each.ranges]))
  const kept: Buffer[] = []
  let events = 0
  for (const batch of batches) {
    const { headers, events: all } = readSegment(batch.toString())
    const header = headers[0]
    if (header === undefined) continue
    const { projectId, producerId, seqs } = header
    if (producerId === null || seqs === undefined) {
      kept.push(batch)
      events += all.length
      continue
    }
    const mine = sets.get(toName({ projectId, producerId })) ?? []
    const isMine = seqs.events.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, at) => contains(mine, from + at)))
    const mineOnly = all.filter((_, at) => isMine[at] === true)
    const stretch = toDroppedStretch(header)
    const dropped = stretch.length === 0 ? header.dropped : countCommon(sets.get(toName({ projectId, producerId: toDropsOf(producerId) })) ?? [], stretch)
    kept.push(encodeJournalBatch({ ...header, shed: keepShed(header.shed, seqs, mine), dropped, events: mineOnly }, mineOnly[0]?.id ?? 0))
    events += mineOnly.length
  }
  return { bytes: Buffer.concat(kept), events }
}

/** A window counts its events together: it stays when all of them were given. */
function keepShed(shed: readonly ShedCounts[], { windows }: BatchSeqs, mine: IntervalSet): readonly ShedCounts[] {
  let end = 0
  return windows.flatMap(({ seqs, rows }) => {
    end += rows
    return countCommon(mine, seqs) === countSeqs(seqs) ? shed.slice(end - rows, end) : []
  })
}

/** A count that goes back, since what was shed could be told after all, is nobody's claim. */
function toDroppedStretch({ dropped, books }: BatchHeader): IntervalSet {
  const after = books === null ? 0 : countTraceless(books.told)
  return dropped > 0 && after >= dropped ? [{ from: after - dropped, to: after - 1 }] : []
}

/** No producer's id has a colon. */
function toDropsOf(producerId: string): string {
  return `${producerId}:dropped`
}

function toName({ projectId, producerId }: ProducerKey): string {
  return `${projectId}:${producerId}`
}
