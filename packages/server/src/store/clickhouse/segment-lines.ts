import { createReadStream } from 'node:fs'
import type { BatchHeader } from '../../journal/journal-batch.ts'
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
  /** The greatest id among the events; 0 without any. */
  lastId(): number
}

export function openSegmentLines(path: string, origin: Origin): SegmentLines {
  const headers: BatchHeader[] = []
  let lastLine = ''
  return { lines: read(), headers, lastId: () => (lastLine === '' ? 0 : (JSON.parse(lastLine) as { readonly id: number }).id) }

  async function* read(): AsyncGenerator<string> {
    const start = `${JSON.stringify(origin).slice(0, -1)},`
    let rest = ''
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      let piece = ''
      for (const line of lines) {
        // Boundary: the checksum was verified when the file was opened, so a header is what `encodeJournalBatch` wrote.
        if (line.startsWith(HEADER_START)) headers.push((JSON.parse(line) as { readonly batch: BatchHeader }).batch)
        else {
          piece += `${start}${line.slice(1)}\n`
          // Ids ascend.
          lastLine = line
        }
      }
      if (piece !== '') yield piece
    }
  }
}

const CHUNK_BYTES = 1024 * 1024
