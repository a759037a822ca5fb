import type { Problem } from '@wayside/protocol'

/** The server refused a question. `message` says why and what to do about it. */
export class WaysideApiError extends Error {
  override readonly name = 'WaysideApiError'
  /** Of the HTTP answer. */
  readonly status: number
  /** What the server sent, as RFC 9457 defines it; made from the status where it sent none, as a proxy in between does. */
  readonly problem: Problem
  /** Where in the query the mistake is, a JSON pointer; `null` where the server named none. */
  readonly pointer: string | null
  /** How long the server asks to wait, milliseconds; `null` where it did not say. */
  readonly retryAfterMs: number | null

  constructor(problem: Problem, retryAfterMs: number | null = null) {
    super(problem.detail)
    this.status = problem.status
    this.problem = problem
    this.pointer = problem.pointer ?? null
    this.retryAfterMs = retryAfterMs
  }
}

/** The error that an answer tells of, also where it is no problem document. */
export function toApiError(status: number, text: string, retryAfterMs: number | null): WaysideApiError {
  return new WaysideApiError({ type: 'about:blank', title: 'Error', detail: `The server answered ${status}.`, ...parseProblem(text), status }, retryAfterMs)
}

const TEXTS = ['type', 'title', 'detail', 'rule', 'pointer'] as const

function parseProblem(text: string): Partial<Problem> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return {}
    const members = new Map<string, unknown>(Object.entries(value))
    return Object.fromEntries(TEXTS.flatMap((name) => (typeof members.get(name) === 'string' ? [[name, members.get(name)]] : [])))
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
