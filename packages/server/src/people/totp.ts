import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

// RFC 6238 as authenticator apps have it: SHA-1, six digits, a new code every 30 s.
const STEP_MS = 30_000
const DIGITS = 6
/** Clocks may differ by a step; 20 bytes are what RFC 4226 recommends. */
const SKEW_STEPS = 1
const SECRET_BYTES = 20

export function createTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES)
}

/** The code of a step of time. */
export function toTotpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const number = mac.readUInt32BE((mac.at(-1) ?? 0) & 0x0f) & 0x7fff_ffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** The step of time whose code it is, now or one step beside; `null` for a wrong code. */
export function findTotpStep(secret: Uint8Array, code: string, now: number): number | null {
  const given = Buffer.from(code.replaceAll(' ', ''))
  const current = Math.floor(now / STEP_MS)
  for (let step = current - SKEW_STEPS; step <= current + SKEW_STEPS; step++) {
    const expected = Buffer.from(toTotpCode(secret, step))
    if (given.length === expected.length && timingSafeEqual(given, expected)) return step
  }
  return null
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** What people type into an authenticator app that cannot scan. */
export function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32.charAt(Number.parseInt(five.padEnd(5, '0'), 2))).join('')
}

/** The bytes of a text that `toBase32` made. */
export function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}

/** The link that authenticator apps read, as a QR code or from the same machine. */
export function toTotpUrl(secret: Uint8Array, email: string): string {
  return `otpauth://totp/Wayside:${encodeURIComponent(email)}?secret=${toBase32(secret)}&issuer=Wayside`
}
