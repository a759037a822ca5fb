import type { SendResult } from '../send-result.ts'
import type { Exchanged } from './connection.ts'
import { describeFailure, isTlsRefusal } from './describe-failure.ts'
import { CleartextRefusal } from './open-socket.ts'
import { ProxyRefusal } from './open-tunnel.ts'
import { toSendResult } from './read-answer.ts'

/** What one attempt at one receiver came to. */
export interface Attempt {
  readonly result: SendResult
  /** The receiver may hold the batch although it has not said so: another one could store it a second time. */
  readonly inDoubt: boolean
}

/** Statuses by which a server asks to come again because it has not taken the batch. */
const NOT_TAKEN = new Set([429, 503, 507])

/** Reads what became of a request to a receiver. */
export function toAttempt(exchanged: Exchanged, nowMs: number): Attempt {
  if (exchanged.kind === 'failed') return toFailedAttempt(exchanged.sent, exchanged.error)
  const { status, retryAfter, body, broken } = exchanged
  // A receipt that broke off is none; another status says enough however its body ends.
  if (broken !== null && status < 300) return { result: { kind: 'retry', afterMs: 0, reason: `status ${status}, then ${describeFailure(broken)}` }, inDoubt: true }
  const result = toSendResult(status, retryAfter, body, nowMs)
  return { result, inDoubt: result.kind === 'retry' && !NOT_TAKEN.has(status) }
}

function toFailedAttempt(sent: boolean, error: unknown): Attempt {
  const reason = describeFailure(error)
  const misconfigured = error instanceof CleartextRefusal || (error instanceof ProxyRefusal && error.status === 407)
  const result: SendResult = misconfigured ? { kind: 'refused_access', afterMs: 0, reason } : { kind: 'retry', afterMs: 0, reason }
  return { result, inDoubt: sent && !isTlsRefusal(error) }
}
