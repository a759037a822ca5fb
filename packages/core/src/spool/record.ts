import { crc32 } from 'node:zlib'
import type { SeqRange } from '@wayside/protocol'
import type { SpoolBatch } from './spool.ts'

/** What stands in front of a batch on disk, twice, each time with its own checksum: one damaged header costs nothing. */
export interface RecordHeader extends Omit<SpoolBatch, 'ranges' | 'body'> {
  /** Ranges and body. */
  readonly payloadBytes: number
  readonly payloadCrc: number
  readonly rangeCount: number
}

const HEADER_BYTES = 56
/** Both headers of a record. */
export const PREFIX_BYTES = 2 * HEADER_BYTES
const RANGE_BYTES = 16
/** How the first and the second header of a record begin. */
export const MAGICS = ['WSP1', 'WSP2'] as const
const GZIPPED = 1
const ATTEMPTED = 2

/** A batch as one record: two headers, its ranges, its body. Numbers are little-endian. */
export function encodeRecord(batch: SpoolBatch): Buffer {
  const record = Buffer.allocUnsafe(recordBytes(batch))
  let at = PREFIX_BYTES
  for (const { from, to } of batch.ranges) at = record.writeDoubleLE(to, record.writeDoubleLE(from, at))
  record.set(batch.body, at)
  const payload = record.subarray(PREFIX_BYTES)
  const payloadCrc = crc32(payload)
  MAGICS.forEach((magic, copy) => {
    const header = record.subarray(copy * HEADER_BYTES, (copy + 1) * HEADER_BYTES)
    header.write(magic, 0, 'latin1')
    header.writeUInt32LE(payload.length, 4)
    header.writeUInt32LE(payloadCrc, 8)
    header.write(batch.producerId, 12, 'hex')
    header.writeDoubleLE(batch.firstSeq, 28)
    header.writeUInt32LE(batch.events, 36)
    header.writeDoubleLE(batch.pushedAt, 40)
    header.writeUInt16LE((batch.gzipped ? GZIPPED : 0) | (batch.attempted ? ATTEMPTED : 0), 48)
    header.writeUInt16LE(batch.ranges.length, 50)
    header.writeUInt32LE(crc32(header.subarray(0, 52)), 52)
  })
  return record
}

/** Bytes that a batch takes on disk. */
export function recordBytes({ ranges, body }: SpoolBatch): number {
  return PREFIX_BYTES + ranges.length * RANGE_BYTES + body.byteLength
}

/** The header of the record that begins with these bytes, from whichever of its two is whole; else `null`. */
export function readHeader(prefix: Buffer): RecordHeader | null {
  for (const [copy, magic] of MAGICS.entries()) {
    const header = prefix.subarray(copy * HEADER_BYTES, (copy + 1) * HEADER_BYTES)
    if (header.length < HEADER_BYTES || header.toString('latin1', 0, 4) !== magic) continue
    if (crc32(header.subarray(0, 52)) !== header.readUInt32LE(52)) continue
    const flags = header.readUInt16LE(48)
    return {
      payloadBytes: header.readUInt32LE(4),
      payloadCrc: header.readUInt32LE(8),
      producerId: header.toString('hex', 12, 28),
      firstSeq: header.readDoubleLE(28),
      events: header.readUInt32LE(36),
      pushedAt: header.readDoubleLE(40),
      gzipped: (flags & GZIPPED) !== 0,
      attempted: (flags & ATTEMPTED) !== 0,
      rangeCount: header.readUInt16LE(50),
    }
  }
  return null
}

/** Where the record of a header begins whose magic was found at `at`. */
export function recordStart(magic: (typeof MAGICS)[number], at: number): number {
  return at - MAGICS.indexOf(magic) * HEADER_BYTES
}

/** The batch of a header and the bytes behind it, which are copied; `null` when these are damaged. */
export function readPayload(header: RecordHeader, payload: Buffer): SpoolBatch | null {
  const bodyAt = header.rangeCount * RANGE_BYTES
  if (payload.length !== header.payloadBytes || bodyAt > payload.length || crc32(payload) !== header.payloadCrc) return null
  const { producerId, firstSeq, events, pushedAt, gzipped, attempted } = header
  const ranges: SeqRange[] = []
  for (let at = 0; at < bodyAt; at += RANGE_BYTES) ranges.push({ from: payload.readDoubleLE(at), to: payload.readDoubleLE(at + 8) })
  const body = Buffer.from(payload.subarray(bodyAt))
  return { producerId, firstSeq, events, ranges, pushedAt, gzipped, attempted, body }
}
