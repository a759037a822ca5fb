import { FLAG_COLUMNS, INTEGER_COLUMNS, TEXT_COLUMNS } from '../store/event-columns.ts'
import type { StoredEvent } from '../store/stored-event.ts'
import type { NewEvent } from './journal-batch.ts'
import { toJson } from './to-json.ts'

/**
 * The events of a batch as they stand in the journal: by columns, so that what repeats is written once. Members that are
 * `null` or `false` in every event are left out.
 */
export interface EventColumns {
  /** The id of the first event; the others follow one by one. */
  readonly first: number
  readonly count: number
  readonly columns: Readonly<Partial<Record<ColumnName, Column>>>
}

/** One value for all events, or one for each; with `index` the distinct ones, and for each event the position of its own, from 1. */
export interface Column {
  readonly values: readonly unknown[]
  readonly index?: readonly number[]
}

type ColumnName = Exclude<keyof StoredEvent, 'id'>

/**
 * Writes the events of a batch as one line of JSON, without the end of the line. Every engine reads a column alike.
 * @param firstId - events get the ids from here on
 * @throws {RangeError} When an event holds a number that is not a safe integer.
 */
export function encodeEventColumns(events: readonly NewEvent[], firstId: number): string {
  const columns: string[] = []
  const add = (name: ColumnName, written: string | null): void => {
    if (written !== null) columns.push(`"${name}":${written}`)
  }
  for (const name of INTEGER_COLUMNS) if (name !== 'id') add(name, encodeIntegers(name, events))
  for (const name of [...TEXT_COLUMNS, ...FLAG_COLUMNS, 'tags'] as const) add(name, encodeDistinct(name, events))
  return `{"rows":{"first":${firstId},"count":${events.length},"columns":{${columns.join(',')}}}}`
}

function encodeIntegers(name: Exclude<(typeof INTEGER_COLUMNS)[number], 'id'>, events: readonly NewEvent[]): string | null {
  const values: (number | null)[] = []
  let isSame = true
  for (const event of events) {
    const value = event[name]
    // One number that the store cannot read would keep the whole segment out of it.
    if (value !== null && !Number.isSafeInteger(value)) throw new RangeError(`${name} must be a whole number, got ${value}`)
    isSame &&= values.length === 0 || value === values[0]
    values.push(value)
  }
  if (!isSame) return `{"values":${JSON.stringify(values)}}`
  return values[0] === null ? null : `{"values":[${values[0]}]}`
}

function encodeDistinct(name: Exclude<ColumnName, (typeof INTEGER_COLUMNS)[number]>, events: readonly NewEvent[]): string | null {
  const positions = new Map<unknown, number>()
  const index: number[] = []
  let last: unknown
  let position: number | undefined
  for (const event of events) {
    const value = event[name]
    // Most columns repeat one value, which needs no look-up.
    if (value !== last || position === undefined) {
      last = value
      position = positions.get(value)
      if (position === undefined) positions.set(value, (position = positions.size + 1))
    }
    index.push(position)
  }
  const values = [...positions.keys()]
  if (values.length > 1) return `{"values":${toJson(values)},"index":${JSON.stringify(index)}}`
  return values[0] === null || values[0] === false ? null : `{"values":${toJson(values)}}`
}
