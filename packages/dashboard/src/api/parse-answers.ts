import type { QueryAnswer } from '@wayside/protocol'
import { boolean, listOf, mapOf, number, orNull, record, scalar, text } from './checks.ts'

/** What several queries came to, by their names. */
export interface Answers {
  readonly answers: Readonly<Record<string, QueryAnswer>>
  /** Of queries that could not be answered. */
  readonly problems: Readonly<Record<string, { readonly status: number; readonly detail: string }>>
}

/** The answers in a decoded body, or `null` when it is none: a proxy answered, or a server of another version. */
export function parseAnswers(body: unknown): Answers | null {
  // The boundary cast: `isAnswers` has looked at every member that a view reads.
  return isAnswers(body) ? (body as Answers) : null
}

const rows = listOf(listOf(scalar))
const isAnswers = record({
  answers: mapOf(
    record({
      columns: listOf(record({ key: text, kind: text, type: text, unit: orNull(text) })),
      rows,
      totals: orNull(listOf(scalar)),
      comparison: orNull(record({ from: number, to: number, rows: listOf(orNull(listOf(scalar))) })),
      nextCursor: orNull(text),
      meta: record({ from: number, to: number, timeZone: text, exact: boolean, completeUntil: number, tookMs: number, warnings: listOf(text) }),
    }),
  ),
  problems: mapOf(record({ status: number, detail: text })),
})
