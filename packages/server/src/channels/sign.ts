import { createHmac, timingSafeEqual } from 'node:crypto'

/** A request with another time is not one of ours, or an old one that somebody sends again. */
const TOLERANCE_MS = 300_000

/**
 * The header `wayside-signature` of a body: `t=SECONDS,v1=HEX`, the HMAC-SHA-256 of `SECONDS.BODY` with the channel's secret.
 * @param at - milliseconds since 1970
 */
export function sign(body: string, secret: string, at: number): string {
  const seconds = Math.floor(at / 1_000)
  return `t=${seconds},v1=${digest(body, secret, seconds)}`
}

/** Whether a body came from this server within five minutes, as a receiver finds out. */
export function isSigned(body: string, header: string, secret: string, now: number): boolean {
  const [, seconds = '', hex = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? []
  if (hex === '' || Math.abs(now - Number(seconds) * 1_000) > TOLERANCE_MS) return false
  return timingSafeEqual(Buffer.from(hex, 'hex'), Buffer.from(digest(body, secret, Number(seconds)), 'hex'))
}

function digest(body: string, secret: string, seconds: number): string {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
}
