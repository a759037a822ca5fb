import { join } from 'node:path'
import type { SpoolBatch } from './spool.ts'

/** One file of records, and what this process knows of it. */
export interface Segment {
  readonly folder: string
  /** Names sort by age. */
  readonly name: string
  readonly producerId: string
  /** Written by this process: its counts are known without reading it. */
  readonly own: boolean
  /** When what it still holds is too old, monotonic milliseconds. */
  readonly expiresMs: number
  bytes: number
  /** More may be written to it. */
  open: boolean
  /** Own records, and the events of those that are not settled. */
  records: number
  events: number
  /** When the oldest own event was captured, milliseconds since 1970. */
  oldestAt: number
  /** Records below are held or settled. */
  cursor: number
  /** Events of the records that somebody holds, by position. */
  readonly held: Map<number, number>
  /** Positions of records that were delivered, given up or found damaged. */
  readonly settled: Set<number>
  /** Settled, and not yet written down. */
  unsaved: number[]
  /** What was settled before this process had it has been read. */
  loaded: boolean
  /** Holds bytes that nobody can read. */
  unreadable: boolean
  /** No longer on disk. */
  gone: boolean
  /** Reading it has failed: not again before, monotonic milliseconds. */
  retryMs: number
}

/** Version of names and records. Files of another one are left alone. */
const VERSION = 1
const SEGMENT_NAME = /^(\d{13,})-\d{6,}\.v(\d+)$/
/** Beside each segment: what of it is settled. */
const SETTLED_ENDING = '.settled'
/** Bytes that a settled record takes there. */
export const SETTLED_BYTES = 8
/** Batches are kept so long for a receiver that cannot be reached; to which comes the time that a segment is written. */
const KEPT_MS = 259_200_000
export const SEGMENT_SPAN_MS = 3_600_000
export const EXPIRES_AFTER_MS = KEPT_MS + SEGMENT_SPAN_MS

/** What a file name in a producer's folder says. */
export type FileName = { readonly kind: 'segment'; readonly createdAt: number } | { readonly kind: 'settled' | 'other_version' | 'foreign' }

export function parseFileName(name: string): FileName {
  const settled = name.endsWith(SETTLED_ENDING)
  const match = SEGMENT_NAME.exec(settled ? name.slice(0, -SETTLED_ENDING.length) : name)
  if (match === null) return { kind: 'foreign' }
  if (Number(match[2]) !== VERSION) return { kind: 'other_version' }
  return settled ? { kind: 'settled' } : { kind: 'segment', createdAt: Number(match[1]) }
}

export function createSegment(folder: string, producerId: string, ordinal: number, createdAt: number, nowMs: number): Segment {
  const name = `${String(createdAt).padStart(13, '0')}-${String(ordinal).padStart(6, '0')}.v${VERSION}`
  const counts = { bytes: 0, records: 0, events: 0, oldestAt: createdAt }
  return { ...emptyState(), ...counts, folder, name, producerId, own: true, open: true, loaded: true, expiresMs: nowMs + EXPIRES_AFTER_MS }
}

/** A segment that another process has left. `ageMs` may be wrong by what clocks are. */
export function foundSegment(folder: string, name: string, producerId: string, bytes: number, ageMs: number, nowMs: number): Segment {
  const counts = { bytes, records: 0, events: 0, oldestAt: 0 }
  const restMs = Math.min(EXPIRES_AFTER_MS - ageMs, EXPIRES_AFTER_MS)
  return { ...emptyState(), ...counts, folder, name, producerId, own: false, open: false, loaded: false, expiresMs: nowMs + restMs }
}

function emptyState() {
  return { cursor: 0, held: new Map<number, number>(), settled: new Set<number>(), unsaved: [], unreadable: false, gone: false, retryMs: 0 }
}

export function segmentPath({ folder, name }: Segment): string {
  return join(folder, name)
}

export function settledPath(segment: Segment): string {
  return segmentPath(segment) + SETTLED_ENDING
}

/** Counts a record that was written to an own segment, and says where it is. */
export function addRecord(segment: Segment, batch: SpoolBatch, bytes: number): number {
  const at = segment.bytes
  segment.bytes += bytes
  segment.events += batch.events
  segment.oldestAt = segment.records === 0 ? batch.pushedAt : Math.min(segment.oldestAt, batch.pushedAt)
  segment.records++
  return at
}

/** What was held or waited at `at` will not be given out again. */
export function settleRecord(segment: Segment, at: number, events: number): void {
  segment.held.delete(at)
  segment.settled.add(at)
  segment.unsaved.push(at)
  if (segment.own) segment.events -= events
}

/** Nothing is in it that anybody needs. */
export function isDone(segment: Segment): boolean {
  if (segment.open) return false
  return hasOnlySettled(segment) || (segment.cursor >= segment.bytes && segment.held.size === 0)
}

export function hasOnlySettled(segment: Segment): boolean {
  return segment.own && segment.settled.size === segment.records
}

/** Something may be in it that nobody holds. */
export function hasMore({ own, records, held, settled, cursor, bytes }: Segment): boolean {
  return cursor < bytes && (!own || records > held.size + settled.size)
}

export function diskBytes({ bytes, settled }: Segment): number {
  return bytes + settled.size * SETTLED_BYTES
}

/** Events of an own segment that are lost with it: those that are neither settled nor held in memory. */
export function unheldEvents({ events, held }: Segment): number {
  let rest = events
  for (const each of held.values()) rest -= each
  return rest
}
