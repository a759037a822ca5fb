import { crc32 } from 'node:zlib'
import { FLAG_COLUMNS, INTEGER_COLUMNS, TEXT_COLUMNS } from '../store/event-columns.ts'
import type { BatchHeader, JournalBatch, NewEvent } from './journal-batch.ts'
import { toJson } from './to-json.ts'

/**
 * A segment is lines of JSON. Each batch is a header line, `{"crc":"0a1b2c3d","batch":{...}}`, and one line for each of
 * its events. The checksum covers everything of the batch that follows it, so that a flipped bit in the header, which
 * names the ledger's ranges, is found as well as one in an event.
 */
const CRC_PREFIX_BYTES = '{"crc":"00000000",'.length

/** The start of every header line; no event line begins so. */
export const HEADER_START = '{"crc":"'

/** The header as written: what the batch says of itself and how much of the file it takes. */
export interface WrittenHeader extends BatchHeader {
  readonly events: number
  /** Bytes of the event lines that follow. */
  readonly bytes: number
}

/**
 * A batch as the bytes of its lines. Its events get the ids from `firstId` on.
 * @throws {RangeError} When an event holds a number that is not a safe integer.
 */
export function encodeJournalBatch(batch: JournalBatch, firstId: number): Buffer {
  const { events, ...header } = batch
  const encodeEvent = createEventEncoder()
  let lines = ''
  for (const [at, event] of events.entries()) lines += encodeEvent(event, firstId + at)
  const body = Buffer.from(lines)
  const written: WrittenHeader = { ...header, events: events.length, bytes: body.length }
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

/**
 * Members that are `null` or `false` are left out: they cost neither disk nor the loader's time. Texts repeat within a
 * batch, and quoting is most of the work: each distinct one is quoted once.
 */
function createEventEncoder(): (event: NewEvent, id: number) => string {
  const texts = TEXT_COLUMNS.map((name) => ({ name, written: new Map<string, string>() }))
  return (event, id) => {
    let line = `{"id":${id}`
    for (const name of INTEGER_COLUMNS) {
      if (name === 'id') continue
      const value = event[name]
      if (value === null) continue
      // One number that the store cannot read would keep the whole segment out of it.
      if (!Number.isSafeInteger(value)) throw new RangeError(`${name} must be a whole number, got ${value}`)
      line += `,"${name}":${value}`
    }
    for (const { name, written } of texts) {
      const value = event[name]
      if (value === null) continue
      let member = written.get(value)
      if (member === undefined) written.set(value, (member = `,"${name}":${toJson(value)}`))
      line += member
    }
    for (const name of FLAG_COLUMNS) if (event[name]) line += `,"${name}":true`
    if (event.tags !== null) line += `,"tags":${toJson(event.tags)}`
    return `${line}}\n`
  }
}
