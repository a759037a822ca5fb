import { crc32 } from 'node:zlib'
import { encodeEventColumns } from './event-columns-line.ts'
import type { BatchHeader, JournalBatch } from './journal-batch.ts'
import { toJson } from './to-json.ts'

/**
 * A segment is lines of JSON. Each batch is a header line, `{"crc":"0a1b2c3d","batch":{...}}`, and one line with its
 * events by columns, `{"rows":{...}}`; a heartbeat has none. In journals of earlier servers each event has a line of its
 * own, `{"id":1,...}`. The checksum covers everything of the batch that follows it, so that a flipped bit in the header,
 * which names the ledger's ranges, is found as well as one in an event.
 */
const CRC_PREFIX_BYTES = '{"crc":"00000000",'.length

/** The start of every header line; no line of events begins so. */
export const HEADER_START = '{"crc":"'

/** The header as written: what the batch says of itself and how much of the file it takes. */
export interface WrittenHeader extends BatchHeader {
  readonly events: number
  /** The id of the first event; earlier servers have left it to the event's line. */
  readonly firstId?: number
  /** Bytes of the lines with events that follow. */
  readonly bytes: number
}

/**
 * A batch as the bytes of its lines. Its events get the ids from `firstId` on.
 * @throws {RangeError} When an event holds a number that is not a safe integer.
 */
export function encodeJournalBatch(batch: JournalBatch, firstId: number): Buffer {
  const { events, ...header } = batch
  const body = Buffer.from(events.length === 0 ? '' : `${encodeEventColumns(events, firstId)}\n`)
  const written: WrittenHeader = { ...header, events: events.length, firstId, bytes: body.length }
  const rest = Buffer.from(`"batch":${toJson(written)}}\n`)
  const crc = crc32(body, crc32(rest))
  return Buffer.concat([Buffer.from(`${HEADER_START}${toHex(crc)}",`), rest, body])
}

/** Whether a batch's bytes, header line and events together, are those that were written. */
export function isIntact(batch: Buffer): boolean {
  const written = batch.subarray(HEADER_START.length, HEADER_START.length + 8).toString('latin1')
  return written === toHex(crc32(batch.subarray(CRC_PREFIX_BYTES)))
}

function toHex(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}
