import { DROP_REASONS, type DropReason, type Producer, type ProducersReport, type ProducerState } from '@wayside/protocol'
import { countCaptured, countDropped, countElsewhere, countLost, countPending, type ProducerBooks } from '../ledger/producer-books.ts'
import type { Project } from '../registry/registry.ts'
import type { ProducersQuery, Store, StoredBooks } from '../store/store.ts'
import { createTurns, mapInTurns } from '../turns.ts'

/** A process that has news tells them every 30 s; one that is silent for so long is idle, gone or cut off. */
const SILENT_MS = 10 * 60_000

export interface ProducersOptions {
  readonly store: Store
  readonly project: Project
  /** Producers to list; the sum is of all. */
  readonly limit: number
  /** Milliseconds since 1970, as `completeUntil`. */
  readonly now: number
  /** Read before the store is asked, so that the answer holds at least what it promises. */
  readonly completeUntil: number
}

/** Answers where the events of each producer have gone. */
export async function readProducers({ store, project, limit, now, completeUntil }: ProducersOptions): Promise<ProducersReport> {
  const producers = await listProducers(store, { projectId: project.id, seenSince: 0 }, now)
  return { completeUntil, summary: toSummary(producers), producers: producers.slice(0, limit) }
}

/** Last heard of first. */
export async function listProducers(store: Store, query: ProducersQuery, now: number): Promise<readonly Producer[]> {
  return mapInTurns(await store.producers(query), (each) => toProducer(each, now), createTurns())
}

function toProducer({ producerId, books }: StoredBooks, now: number): Producer {
  const { told, stored, shed, rejected, duplicates, expired, ambiguous, firstSeenAt, lastSeenAt } = books
  const state = toState(books, now)
  const pending = countPending(books)
  return {
    producerId,
    ...books.sender,
    state,
    firstSeenAt,
    lastSeenAt,
    captured: countCaptured(books),
    stored,
    shed,
    dropped: countDropped(books),
    rejected,
    elsewhere: countElsewhere(books),
    lost: countLost(books),
    pending,
    unaccounted: state === 'live' ? 0 : pending,
    pendingSince: pending === 0 ? null : told.oldestPendingAt,
    spoolBytes: told.spoolBytes,
    droppedByReason: told.dropped,
    duplicates,
    expired,
    ambiguous,
    gaps: books.shared ? [] : books.gaps.flatMap(({ from, to, events, noticedAt, after, before }) => (noticedAt === null ? [] : [{ from, to, events, noticedAt, after, before }])),
  }
}

function toState({ told, lastSeenAt }: ProducerBooks, now: number): ProducerState {
  if (told.closed) return 'closed'
  return now - lastSeenAt > SILENT_MS ? 'silent' : 'live'
}

function toSummary(producers: readonly Producer[]): ProducersReport['summary'] {
  const sum = (of: (producer: Producer) => number) => producers.reduce((total, producer) => total + of(producer), 0)
  const droppedByReason: Partial<Record<DropReason, number>> = {}
  for (const reason of DROP_REASONS) {
    const events = sum((each) => each.droppedByReason[reason] ?? 0)
    if (events > 0) droppedByReason[reason] = events
  }
  return {
    producers: producers.length,
    captured: sum((each) => each.captured),
    stored: sum((each) => each.stored),
    shed: sum((each) => each.shed),
    dropped: sum((each) => each.dropped),
    rejected: sum((each) => each.rejected),
    elsewhere: sum((each) => each.elsewhere),
    lost: sum((each) => each.lost),
    pending: sum((each) => each.pending),
    unaccounted: sum((each) => each.unaccounted),
    pendingSince: producers.reduce<number | null>((least, { pendingSince }) => (pendingSince === null ? least : Math.min(least ?? pendingSince, pendingSince)), null),
    droppedByReason,
    duplicates: sum((each) => each.duplicates),
    expired: sum((each) => each.expired),
    ambiguous: sum((each) => each.ambiguous),
  }
}
