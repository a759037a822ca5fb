import { HEADER_START, isIntact, type WrittenHeader } from './segment-format.ts'

/** A segment's bytes, sorted into what can be trusted and what cannot. */
export interface SegmentScan {
  readonly intact: readonly Buffer[]
  readonly headers: readonly WrittenHeader[]
  readonly events: number
  readonly lastEventId: number
  /** Damaged stretches that have an intact batch, or as many bytes as their header says, behind them. */
  readonly corrupt: readonly Buffer[]
  /** Bytes at the end of a write that did not finish. */
  readonly tornBytes: number
}

const NEXT_HEADER = Buffer.from(`\n${HEADER_START}`)
const NEWLINE = 0x0a

export function scanSegment(content: Buffer): SegmentScan {
  const intact: Buffer[] = []
  const headers: WrittenHeader[] = []
  const corrupt: Buffer[] = []
  let events = 0
  let lastEventId = 0
  let at = 0

  while (at < content.length) {
    const header = readHeader(content, at)
    const end = header === null ? null : header.end
    if (header !== null && end !== null && end <= content.length && isIntact(content.subarray(at, end))) {
      intact.push(content.subarray(at, end))
      headers.push(header.header)
      events += header.header.events
      // A heartbeat has no events, and behind its header comes another.
      if (header.header.events > 0) lastEventId = Math.max(lastEventId, (header.header.firstId ?? readFirstId(content, header.bodyAt)) + header.header.events - 1)
      at = end
      continue
    }
    const next = content.indexOf(NEXT_HEADER, at)
    const complete = end !== null && end <= content.length
    if (next === -1 && !complete) break
    const damageEnd = next === -1 ? content.length : next + 1
    corrupt.push(content.subarray(at, damageEnd))
    at = damageEnd
  }
  return { intact, headers, events, lastEventId, corrupt, tornBytes: content.length - at }
}

interface FoundHeader {
  readonly header: WrittenHeader
  readonly bodyAt: number
  readonly end: number
}

function readHeader(content: Buffer, at: number): FoundHeader | null {
  const newline = content.indexOf(NEWLINE, at)
  if (newline === -1) return null
  const line = content.toString('utf8', at, newline)
  if (!line.startsWith(HEADER_START)) return null
  try {
    // Boundary: whatever was parsed is only used after the checksum has shown that we wrote it.
    const header = (JSON.parse(line) as { batch: WrittenHeader }).batch
    if (!Number.isSafeInteger(header.bytes)) return null
    return { header, bodyAt: newline + 1, end: newline + 1 + header.bytes }
  } catch {
    return null // Damaged beyond JSON: the caller looks for the next header.
  }
}

/** The id in the first event's line behind a header of an earlier server. */
function readFirstId(content: Buffer, at: number): number {
  return Number.parseInt(content.toString('latin1', at + '{"id":'.length, at + 32), 10) || 0
}
