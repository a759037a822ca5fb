import type { StoredEvent } from '../store/stored-event.ts'
import type { BatchHeader } from './journal-batch.ts'
import { readEvents } from './read-events.ts'
import { HEADER_START } from './segment-format.ts'

/** What a closed segment holds, in the order in which it was written. */
export interface SegmentContent {
  readonly headers: readonly BatchHeader[]
  readonly events: readonly StoredEvent[]
}

/** Reads the text of a closed segment. Engines that load the file by themselves do not need this. */
export function readSegment(text: string): SegmentContent {
  const headers: BatchHeader[] = []
  const events: StoredEvent[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    // Boundary: the checksum was verified when the file was opened, so a line is what `encodeJournalBatch` wrote.
    if (line.startsWith(HEADER_START)) headers.push((JSON.parse(line) as { batch: BatchHeader }).batch)
    else events.push(...readEvents(line))
  }
  return { headers, events }
}
