import { ProblemError, quote } from './problem.ts'

/** Where a page ended. */
export interface Position {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly id: number
}

type Order = 'newest' | 'oldest'

/** A position as text for the address of the next page. */
export function formatCursor({ time, id }: Position, order: Order): string {
  return Buffer.from(`${order}:${time}:${id}`).toString('base64url')
}

/** The position of a cursor that this server made for the same order. Throws 400 for any other text. */
export function parseCursor(cursor: string, order: Order): Position {
  const match = /^(newest|oldest):(-?\d{1,16}):(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  const position = { time: Number(match?.[2]), id: Number(match?.[3]) }
  if (match === null || !Number.isSafeInteger(position.time) || !Number.isSafeInteger(position.id))
    throw new ProblemError(400, `The parameter "cursor" must be a nextCursor of this server; got ${quote(cursor)}.`)
  if (match[1] !== order)
    throw new ProblemError(
      400,
      `This cursor belongs to order=${match[1]}. Send it with the order and the filters of the page before.`,
    )
  return position
}
