import type { ProducerBooks } from '../../ledger/producer-books.ts'
import { createTurns, mapInTurns } from '../../turns.ts'
import type { DroppedQuery, ProducersQuery, StoredBooks } from '../store.ts'
import type { Session } from './session.ts'

const MINUTE_MS = 60_000

/**
 * The newest books of each producer, whichever server keeps them. Where several do, what is missing in those may be with another:
 * the producer is shared.
 */
export async function readProducers({ ask, topology }: Session, { projectId, seenSince }: ProducersQuery): Promise<readonly StoredBooks[]> {
  const { rows } = await ask(
    `SELECT "projectId", "producerId", argMax(books, seen) AS newest, uniqExact(owner) AS owners FROM (
      SELECT owner, "projectId", "producerId", books, "seenAt" AS seen FROM ${topology.database}.producers FINAL WHERE "projectId" = {projectId:Int64}
    ) GROUP BY "projectId", "producerId" HAVING max(seen) >= {seenSince:Int64} ORDER BY max(seen) DESC, "producerId"`,
    { projectId, seenSince },
  )
  // A project may have ten thousand: parsing them all at once would stop the server's other work.
  return mapInTurns(
    rows,
    (row) => {
      const stored = toStoredBooks(row)
      return Number(row[3]) > 1 ? { ...stored, books: { ...stored.books, shared: true } } : stored
    },
    createTurns(),
  )
}

/** The books that one server process keeps. */
export async function readOwnBooks({ ask, topology }: Session, owner: string): Promise<readonly StoredBooks[]> {
  const { rows } = await ask(`SELECT "projectId", "producerId", books FROM ${topology.database}.producers FINAL WHERE owner = {owner:String}`, { owner })
  return mapInTurns(rows, toStoredBooks, createTurns())
}

export async function countDropped({ ask, topology }: Session, { projectId, from, to }: DroppedQuery): Promise<number> {
  const { rows } = await ask(
    `SELECT toInt64(least(sum(toInt128(events)), ${Number.MAX_SAFE_INTEGER})) FROM ${topology.database}.dropped
    WHERE "projectId" = {projectId:Int64} AND minute >= {from:Int64} AND minute < {to:Int64}`,
    { projectId, from: Math.floor(from / MINUTE_MS), to: Math.ceil(to / MINUTE_MS) },
  )
  return Number(rows[0]?.[0] ?? 0)
}

function toStoredBooks([projectId, producerId, books]: readonly unknown[]): StoredBooks {
  // Boundary: the text is what the receiver journaled.
  return { projectId: Number(projectId), producerId: String(producerId), books: JSON.parse(String(books)) as ProducerBooks }
}
