import { createReadStream } from 'node:fs'
import type { BatchHeader } from '../../journal/journal-batch.ts'
import { toEventLines } from '../../journal/read-events.ts'
import { HEADER_START } from '../../journal/segment-format.ts'

/** Which server process has journaled something, and in which segment. */
export interface Origin {
  readonly owner: string
  readonly segment: number
}

/** A segment as it is read: what is known of it is complete once the lines are through. */
export interface SegmentLines {
  /** The events as lines that ClickHouse loads, with their origin put in; pieces are whole lines. */
  readonly lines: AsyncGenerator<string>
  readonly headers: readonly BatchHeader[]
  /** The greatest id that the journal gave to one of the events; 0 without any. */
  lastId(): number
}

export function openSegmentLines(path: string, origin: Origin, journalNumber: number): SegmentLines {
  const headers: BatchHeader[] = []
  let lastLine = ''
  return { lines: read(), headers, lastId: () => (lastLine === '' ? 0 : toId(lastLine)) }

  async function* read(): AsyncGenerator<string> {
    const start = JSON.stringify(origin).slice(0, -1)
    const firstId = (journalNumber % MAX_JOURNALS) * IDS_PER_JOURNAL
    let rest = ''
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      let piece = ''
      for (const line of lines) {
        // Boundary: the checksum was verified when the file was opened, so a header is what `encodeJournalBatch` wrote.
        if (line.startsWith(HEADER_START)) headers.push((JSON.parse(line) as { readonly batch: BatchHeader }).batch)
        else
          for (const eventLine of toEventLines(line)) {
            piece += `${start},"id":${firstId + toId(eventLine)}${eventLine.slice(eventLine.indexOf(',', ID_AT))}\n`
            // Ids ascend.
            lastLine = eventLine
          }
      }
      if (piece !== '') yield piece
    }
  }
}

const CHUNK_BYTES = 1024 * 1024

/** Ids are whole numbers that JavaScript knows: each journal has as many of its own. */
const MAX_JOURNALS = 4_096
const IDS_PER_JOURNAL = 2 ** 53 / MAX_JOURNALS

/** A line begins with the id that the journal gave to its event. */
const ID_AT = '{"id":'.length

function toId(line: string): number {
  return Number.parseInt(line.slice(ID_AT, line.indexOf(',', ID_AT)), 10)
}
