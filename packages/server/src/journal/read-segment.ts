import { FLAG_COLUMNS, INTEGER_COLUMNS, TEXT_COLUMNS } from '../store/event-columns.ts'
import type { StoredEvent } from '../store/stored-event.ts'
import type { BatchHeader } from './journal-batch.ts'
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
    else events.push(toStoredEvent(JSON.parse(line) as Partial<StoredEvent>))
  }
  return { headers, events }
}

function toStoredEvent(line: Partial<StoredEvent>): StoredEvent {
  const event: Record<string, unknown> = { tags: line.tags ?? null }
  for (const name of INTEGER_COLUMNS) event[name] = line[name] ?? null
  for (const name of TEXT_COLUMNS) event[name] = line[name] ?? null
  for (const name of FLAG_COLUMNS) event[name] = line[name] ?? false
  // Boundary: a test holds the lists of `event-columns.ts` to every member.
  return event as unknown as StoredEvent
}
