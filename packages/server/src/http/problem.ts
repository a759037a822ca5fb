import { STATUS_CODES } from 'node:http'
import type { Problem } from '@wayside/protocol'
import type { Rule } from './rule.ts'

export interface ProblemOptions extends ErrorOptions {
  /** The rule that a delivery of events broke. */
  readonly rule?: Rule
  /** Where in a query the mistake is: a JSON pointer. */
  readonly pointer?: string
}

/** Ends a request with a problem document. `detail` says what to do about it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly rule: Rule | null
  readonly pointer: string | null

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}, { rule, pointer, ...options }: ProblemOptions = {}) {
    super(detail, options)
    this.status = status
    this.headers = headers
    this.rule = rule ?? null
    this.pointer = pointer ?? null
  }
}

/** The document of RFC 9457 for a status. */
export function toProblem(status: number, detail: string, rule: Rule | null = null, pointer: string | null = null): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...(rule !== null && { rule }), ...(pointer !== null && { pointer }) }
}

const MAX_QUOTE_LENGTH = 100

/** What a client sent, safe to show in an answer: as JSON, cut to 100 characters. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > MAX_QUOTE_LENGTH ? `${text.slice(0, MAX_QUOTE_LENGTH).toWellFormed()}…` : text
}
