import { RULES } from '../../packages/server/src/http/rule.ts'

/** An answer as it came. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly retryAfter: string | undefined
  readonly text: string
}

/** What an answer is: events taken, a refusal by a rule, or a fault of the server. */
export type Verdict = { readonly rule: string } | { readonly fault: string }

/** Statuses with which a body may be refused, whoever sends it. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 415, 429, 503])
const KNOWN_RULES: ReadonlySet<string> = new Set(RULES)

/** Whether the server answered as it promises: a receipt, or a problem document that names its rule. */
export function judgeAnswer({ status, contentType, retryAfter, text }: Answer): Verdict {
  const body = parseObject(text)
  if (body === null) return { fault: `${status} without a JSON object` }
  if (status === 200) return isReceipt(body) ? { rule: 'taken' } : { fault: `200 with ${text.slice(0, 200)}` }
  if (!REFUSALS.has(status)) return { fault: `${status} with ${text.slice(0, 200)}` }
  const { rule } = body
  if (!contentType.startsWith('application/problem+json')) return { fault: `${status} as ${contentType}` }
  if (body['status'] !== status || typeof body['detail'] !== 'string' || body['detail'] === '') return { fault: `${status} with ${text.slice(0, 200)}` }
  if (typeof rule !== 'string' || !KNOWN_RULES.has(rule)) return { fault: `${status} names no rule: ${text.slice(0, 200)}` }
  if ((status === 429 || status === 503) && !/^[1-9]\d*$/.test(retryAfter ?? '')) return { fault: `${status} without a time to wait` }
  return { rule }
}

function isReceipt(body: Readonly<Record<string, unknown>>): boolean {
  const { ack, accepted, duplicates, rejected } = body
  return ack === 'durable' && Number.isSafeInteger(accepted) && Number.isSafeInteger(duplicates) && Array.isArray(rejected)
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null // What is no JSON is no answer of ours; the caller says so.
  }
}
