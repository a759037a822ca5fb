import { MAGICS, PREFIX_BYTES, readHeader, readPayload, recordStart, type RecordHeader } from './record.ts'
import { readWhole, type OpenFile } from './spool-files.ts'
import type { SpoolBatch } from './spool.ts'

/** What lies at a place of a segment. */
export type Reading =
  | { readonly kind: 'batch'; readonly at: number; readonly end: number; readonly batch: SpoolBatch }
  /** Complete, but not what was written. Without its header nobody knows how much it was. */
  | { readonly kind: 'damaged'; readonly at: number; readonly end: number; readonly header: RecordHeader | null }

/** Read at once; it also bounds the work between two turns of the event loop. */
const WINDOW_BYTES = 65_536

/** The records from `from` on. A record that `end` cuts short, the tail of an unfinished write, is left out. */
export async function* readRecords(file: OpenFile, from: number, end: number): AsyncGenerator<Reading, void, void> {
  let window = Buffer.alloc(0)
  let windowAt = 0

  /** So many bytes, or what is left. */
  async function bytesAt(at: number, bytes: number): Promise<Buffer> {
    const wanted = Math.min(bytes, end - at)
    if (at < windowAt || at + wanted > windowAt + window.length) {
      const next = Buffer.allocUnsafe(Math.max(wanted, Math.min(WINDOW_BYTES, end - at)))
      window = next.subarray(0, await readWhole(file, next, at))
      windowAt = at
    }
    return window.subarray(at - windowAt, at - windowAt + wanted)
  }

  /** Where the next record begins that has a header; else the end. */
  async function findRecord(after: number): Promise<number> {
    for (let at = after + 1; at < end; at += WINDOW_BYTES - PREFIX_BYTES) {
      const bytes = await bytesAt(at, WINDOW_BYTES)
      const starts = MAGICS.flatMap((magic) => positionsOf(magic, bytes).map((found) => recordStart(magic, at + found)))
      for (const start of starts.sort((a, b) => a - b))
        if (start > after && readHeader(await bytesAt(start, PREFIX_BYTES)) !== null) return start
    }
    return end
  }

  for (let at = from; at < end; ) {
    const header = readHeader(await bytesAt(at, PREFIX_BYTES))
    if (header === null) {
      if (end - at < PREFIX_BYTES) return
      const next = await findRecord(at)
      yield { kind: 'damaged', at, end: next, header }
      at = next
      continue
    }
    const payloadAt = at + PREFIX_BYTES
    const next = payloadAt + header.payloadBytes
    if (next > end) return
    const batch = readPayload(header, await bytesAt(payloadAt, header.payloadBytes))
    yield batch === null ? { kind: 'damaged', at, end: next, header } : { kind: 'batch', at, end: next, batch }
    at = next
  }
}

function positionsOf(magic: string, bytes: Buffer): number[] {
  const positions: number[] = []
  for (let at = bytes.indexOf(magic, 0, 'latin1'); at !== -1; at = bytes.indexOf(magic, at + 1, 'latin1')) positions.push(at)
  return positions
}
