import type { SendResult } from '../send-result.ts'

/** What a server's answer to a batch means. Only a receipt is an acknowledgement: a captive portal says 200 too. */
export function toSendResult(status: number, retryAfter: string | null, body: string, nowMs: number): SendResult {
  const afterMs = parseRetryAfter(retryAfter, nowMs) ?? 0
  if (status >= 200 && status < 300) {
    const receipt = parseReceipt(body)
    return receipt === null
      ? { kind: 'retry', afterMs, reason: `status ${status} without a receipt: something else answers at this address` }
      : { kind: 'acked', rejected: receipt.rejected, afterMs: Math.max(afterMs, receipt.throttleMs) }
  }
  const reason = describeAnswer(status, body)
  if (status === 413) return { kind: 'too_large' }
  if (status === 400 || status === 415 || status === 422) return { kind: 'refused_batch', reason }
  // Redirects are not followed, so that the key goes nowhere else; a missing path is a wrong address, not wrong data.
  if ((status >= 300 && status < 400) || [401, 403, 404, 405, 407].includes(status)) return { kind: 'refused_access', afterMs, reason }
  return { kind: 'retry', afterMs, reason }
}

const MIN_RETRY_AFTER_MS = 1_000
const MAX_RETRY_AFTER_MS = 900_000

/** Seconds or an HTTP date, as milliseconds from now between 1 s and 15 min; `null` when absent or neither. */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? ''
  if (text === '') return null
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs
  return Number.isNaN(ms) ? null : Math.min(MAX_RETRY_AFTER_MS, Math.max(MIN_RETRY_AFTER_MS, ms))
}

/** What a receipt says; `null` when the body is none. */
function parseReceipt(body: string): { readonly rejected: readonly number[]; readonly throttleMs: number } | null {
  const receipt = parseObject(body)
  if (receipt === null || receipt['ack'] !== 'durable') return null
  const counts = [receipt['accepted'], receipt['duplicates']]
  if (!counts.every((count) => Number.isSafeInteger(count)) || !Array.isArray(receipt['rejected'])) return null
  return { rejected: receipt['rejected'].map(seqOf).filter(Number.isSafeInteger), throttleMs: parseThrottle(receipt['throttle']) }
}

function seqOf(rejected: unknown): number {
  return typeof rejected === 'object' && rejected !== null && 'seq' in rejected && typeof rejected.seq === 'number' ? rejected.seq : Number.NaN
}

/** 0 when the server is at ease. */
function parseThrottle(value: unknown): number {
  if (typeof value !== 'object' || value === null || !('retryAfterMs' in value)) return 0
  const ms = value.retryAfterMs
  return typeof ms === 'number' && ms > 0 ? Math.min(MAX_RETRY_AFTER_MS, ms) : 0
}

/** The status with the problem document's own words, where there is one. */
function describeAnswer(status: number, body: string): string {
  const detail = parseObject(body)?.['detail']
  return typeof detail === 'string' ? `status ${status}: ${detail.slice(0, 200)}` : `status ${status}`
}

function parseObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null // Not JSON: an answer of something else than a Wayside server.
  }
}
