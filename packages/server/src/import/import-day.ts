import { createHash } from 'node:crypto'
import { EMPTY_BOOKS, LIMITS, encodeBatch, type ApiEvent, type WireBatch } from '@wayside/protocol'
import { toEvent } from '../http/compat/to-event.ts'
import { packageVersion } from '../package-root.ts'
import type { OldRow } from './old-row.ts'

/** What came of rows. */
export interface Imported {
  readonly accepted: number
  /** That were there from an earlier run. */
  readonly known: number
  /** That the server did not take, or that are none. */
  readonly refused: number
}

export interface ImportDayOptions {
  /** What the rows are from: the same for each run. */
  readonly source: string
  /** Such as `2026-01-31`. */
  readonly day: string
  /** All rows of the day, in any order. */
  readonly rows: readonly OldRow[]
  readonly send: (batch: WireBatch) => Promise<Imported>
}

/**
 * Sends a day's rows as a producer of their own, which counts them in the order of their times. A run of the same day counts the same
 * rows alike, so that the server knows them again.
 */
export async function importDay({ source, day, rows, send }: ImportDayOptions): Promise<Imported> {
  const total = { accepted: 0, known: 0, refused: 0 }
  for (const framework of [...new Set(rows.map((row) => row.framework))].toSorted()) {
    const sorted = rows
      .filter((row) => row.framework === framework)
      .map((row) => ({ row, text: JSON.stringify(row) }))
      // The time comes first in the text, in one form in all rows of a source.
      .toSorted((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    const events: ApiEvent[] = []
    for (const { row } of sorted) {
      const result = toEvent(row, events.length)
      if ('event' in result) events.push(withLocation(result.event, row))
      else total.refused++
    }
    const producerId = createHash('sha256').update(`${source}\n${day}\n${framework}`).digest('hex').slice(0, 32)
    for (let at = 0; at < events.length; at += BATCH_EVENTS) {
      const part = events.slice(at, at + BATCH_EVENTS)
      const { accepted, known, refused } = await send(toBatch(producerId, framework, part))
      total.accepted += accepted
      total.known += known
      total.refused += refused
    }
  }
  return total
}

/** Half of what a batch may have, so that long texts do not take it past its bytes. */
const BATCH_EVENTS = LIMITS.batchEvents / 2

/** The country comes from the address. Where that was not kept, what is known of the country is. */
function withLocation(event: ApiEvent, { ip_address, location }: OldRow): ApiEvent {
  return ip_address !== '' || location === '' ? event : { ...event, tags: { location } }
}

function toBatch(producerId: string, framework: string, events: readonly ApiEvent[]): WireBatch {
  const head = {
    producerId,
    privacyLevel: 0,
    sdk: `wayside-import/${packageVersion()}`,
    framework: framework === '' ? 'unknown' : framework,
    environment: null,
    service: null,
    serviceVersion: null,
    instance: null,
    books: { ...EMPTY_BOOKS, captured: (events.at(-1)?.seq ?? -1) + 1 },
  } as const
  return encodeBatch({ head, events, stacks: [], droppedSeqs: [], shed: [] })
}
