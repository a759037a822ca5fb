import { FLAG_COLUMNS, INTEGER_COLUMNS, TEXT_COLUMNS } from '../store/event-columns.ts'
import type { StoredEvent } from '../store/stored-event.ts'
import type { Column, EventColumns } from './event-columns-line.ts'

/** The events of a line that holds a batch's by columns, or one event as journals of earlier servers have it. */
export function readEvents(line: string): readonly StoredEvent[] {
  return Array.from(readMembers(line), toStoredEvent)
}

/** The same as lines of JSON, each with one event's members, `id` first; those that are `null` or `false` are left out. */
export function toEventLines(line: string): readonly string[] {
  return line.startsWith(ROWS_START) ? Array.from(readMembers(line), (members) => JSON.stringify(members)) : [line]
}

const ROWS_START = '{"rows":'

type Members = Partial<Record<string, unknown>>

function* readMembers(line: string): Generator<Members> {
  // Boundary: the checksum was verified when the file was opened, so a line is what `encodeEventColumns` wrote.
  const parsed = JSON.parse(line) as { readonly rows: EventColumns } | Members
  if (!isRows(parsed)) {
    yield parsed
    return
  }
  const { first, count, columns } = parsed.rows
  const present = Object.entries(columns)
  for (let at = 0; at < count; at++) {
    const members: Members = { id: first + at }
    for (const [name, column] of present) {
      const value = valueAt(column, at)
      if (value !== null && value !== false) members[name] = value
    }
    yield members
  }
}

function isRows(parsed: object): parsed is { readonly rows: EventColumns } {
  return 'rows' in parsed
}

function valueAt({ values, index }: Column, at: number): unknown {
  if (index !== undefined) return values[(index[at] ?? 0) - 1]
  return values[values.length === 1 ? 0 : at]
}

function toStoredEvent(members: Members): StoredEvent {
  const event: Record<string, unknown> = { tags: members['tags'] ?? null }
  for (const name of INTEGER_COLUMNS) event[name] = members[name] ?? null
  for (const name of TEXT_COLUMNS) event[name] = members[name] ?? null
  for (const name of FLAG_COLUMNS) event[name] = members[name] ?? false
  // Boundary: a test holds the lists of `event-columns.ts` to every member.
  return event as unknown as StoredEvent
}
