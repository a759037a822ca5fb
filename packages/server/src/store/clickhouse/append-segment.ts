import type { BatchHeader } from '../../journal/journal-batch.ts'
import type { JournalSegment } from '../../journal/journal-segment.ts'
import { SegmentRefused } from '../segment-refused.ts'
import type { LedgerRow } from './ledger.ts'
import { openSegmentLines, type Origin } from './segment-lines.ts'
import type { Session } from './session.ts'

/** What a segment adds to the state of its server process. */
export interface Appended {
  readonly headers: readonly BatchHeader[]
  /** The greatest id that the journal gave to its events; 0 without any. */
  readonly lastId: number
}

/**
 * Sends a segment: events with all that views make of them, then what headers tell. Each insert has a token made of the
 * segment, so that after a crash between two of them all can be sent again and count once.
 */
export async function appendRows(session: Session, segment: JournalSegment, origin: Origin, journalNumber: number): Promise<Appended> {
  const { lines, headers, lastId } = openSegmentLines(segment.path, origin, journalNumber)
  if (segment.events > 0) await session.insert('incoming', toToken(origin, 'events'), lines)
  else for await (const _ of lines);

  const told = headers.filter(({ producerId }) => producerId !== null)
  await sendRows(session, origin, 'shed', told.flatMap(({ projectId, shed }) => shed.map((counts) => ({ projectId, ...counts }))))
  await sendRows(session, origin, 'dropped', told.flatMap(({ projectId, receivedAt, dropped }) => (dropped === 0 ? [] : [{ projectId, minute: Math.floor(receivedAt / 60_000), events: dropped }])))
  await sendRows(session, origin, 'error_stacks', headers.flatMap(({ projectId, receivedAt, stacks }) => stacks.map((stack) => ({ projectId, ...stack, seenAt: receivedAt }))))
  return { headers, lastId: lastId() }
}

/** Sends the state that a segment leaves behind. The mark goes last: with it the segment is stored. */
export async function appendState(session: Session, headers: readonly BatchHeader[], ledger: readonly LedgerRow[], eventId: number, origin: Origin): Promise<void> {
  await sendRows(session, origin, 'ledger', ledger.map(({ ranges, ...row }) => ({ ...row, ranges: ranges.map(({ from, to }) => [from, to]) })))
  const books = new Map(headers.flatMap(({ projectId, producerId, books }) => (books === null ? [] : [[`${projectId}:${producerId}`, { projectId, producerId, seenAt: books.lastSeenAt, books: JSON.stringify(books) }] as const])))
  await sendRows(session, origin, 'producers', [...books.values()])
  await sendRows(session, origin, 'journal_mark', [{ eventId }])
}

/** Whether ClickHouse reads all lines of a file; nothing of them stays. */
export async function accepts(session: Session, path: string): Promise<boolean> {
  try {
    await session.insert('probe', '', openSegmentLines(path, { owner: '', segment: 0 }, 0).lines)
    return true
  } catch (error) {
    if (error instanceof SegmentRefused) return false
    throw error
  }
}

async function sendRows(session: Session, origin: Origin, table: string, rows: readonly object[]): Promise<void> {
  if (rows.length > 0) await session.insert(table, toToken(origin, table), rows.map((row) => `${JSON.stringify({ ...origin, ...row })}\n`))
}

function toToken({ owner, segment }: Origin, table: string): string {
  return `${owner}:${segment}:${table}`
}
