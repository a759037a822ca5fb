import { createHash } from 'node:crypto'
import type { DimensionValue, Query } from '@wayside/protocol'
import { QueryProblem } from './query-problem.ts'

/** Where a page ended. */
export interface Position {
  /** When the first page was asked for, so that a range up to now stays the same over all pages. */
  readonly now: number
  /** What the last row was ordered by, and its dimensions. */
  readonly sort: readonly DimensionValue[]
  readonly dimensions: readonly DimensionValue[]
}

/** A position as opaque text that fits the same query of the same project alone. */
export function formatCursor({ now, sort, dimensions }: Position, query: Query, projectId: number): string {
  const text = JSON.stringify([now, sort, dimensions])
  return Buffer.from(digest(text, query, projectId) + text).toString('base64url')
}

/**
 * The digest tells mistakes, not forgers: whoever makes a cursor reads what they may ask for anyway.
 * Throws `QueryProblem` for a text that was not made for the query.
 */
export function parseCursor(cursor: string, query: Query, projectId: number, clock: number): Position {
  const decoded = Buffer.from(cursor.slice(0, MAX_LENGTH), 'base64url').toString()
  const text = decoded.slice(DIGEST_LENGTH)
  const position = decoded.startsWith(digest(text, query, projectId)) ? readPosition(text, clock) : null
  if (position !== null) return position
  throw new QueryProblem('/cursor', 'the cursor is not of this query: send nextCursor of the page before as it is, and all else as it was')
}

const DIGEST_LENGTH = 16
/** Four dimensions and what they are ordered by, at their longest, in characters of up to three bytes. */
const MAX_LENGTH = 131_072

function digest(text: string, query: Query, projectId: number): string {
  return createHash('sha256').update(`${projectId}\n${canonical(query)}\n${text}`).digest('base64url').slice(0, DIGEST_LENGTH)
}

/** The same text for members in another order, and for pages of another size. */
function canonical({ cursor: _cursor, limit: _limit, ...query }: Query): string {
  return JSON.stringify(query, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value,
  )
}

function readPosition(text: string, clock: number): Position | null {
  try {
    const value: unknown = JSON.parse(text)
    if (!Array.isArray(value)) return null
    const [now, sort, dimensions]: readonly unknown[] = value
    const isPast = typeof now === 'number' && Number.isSafeInteger(now) && now >= 0 && now <= clock
    return isPast && isValues(sort) && isValues(dimensions) ? { now, sort, dimensions } : null
  } catch (cause) {
    if (cause instanceof SyntaxError) return null
    throw cause
  }
}

function isValues(value: unknown): value is readonly DimensionValue[] {
  return Array.isArray(value) && value.every((each) => each === null || ['string', 'number', 'boolean'].includes(typeof each))
}
