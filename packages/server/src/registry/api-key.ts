import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import type { KeyKind } from './registry.ts'

/** A new key and what is kept of it. */
export interface IssuedKey {
  readonly id: string
  readonly key: string
  readonly digest: Buffer
}

/** A key as sent, taken apart. The id of a key that looks like a UUID is not part of it: such a key is found by its digest. */
export interface PresentedKey {
  readonly id: string | null
  readonly digest: Buffer
}

const PREFIXES = { ingest: 'way_ing_', read: 'way_read_', admin: 'way_admin_' } as const
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ID_LENGTH = 10
/** 43 characters of 62 hold 256 bits. */
const SECRET_LENGTH = 43

const KEY_FORM = new RegExp(`^(way_(?:ing|read|admin)_[0-9A-Za-z]{${ID_LENGTH}})_[0-9A-Za-z]{${SECRET_LENGTH}}$`)
const COMBINED_FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Makes a key of a kind. The secret has 256 random bits, a combined key 122, so a fast keyed hash keeps both safe. */
export function issueKey(kind: KeyKind, pepper: Buffer): IssuedKey {
  if (kind === 'combined') {
    const key = randomUUID()
    return { id: `way_all_${randomText(ID_LENGTH)}`, key, digest: toDigest(key, pepper) }
  }
  const id = `${PREFIXES[kind]}${randomText(ID_LENGTH)}`
  const key = `${id}_${randomText(SECRET_LENGTH)}`
  return { id, key, digest: toDigest(key, pepper) }
}

/** The key that reads what a combined key has sent: whoever has it cannot tell the combined key from it. */
export function deriveReadKey(combined: string, pepper: Buffer): IssuedKey {
  const hex = toDigest(`reads what is sent with ${combined.toLowerCase()}`, pepper).toString('hex')
  const key = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
  return { id: `${PREFIXES.read}${hex.slice(32, 32 + ID_LENGTH)}`, key, digest: toDigest(key, pepper) }
}

/** Takes a key apart; `null` when the text has the form of none. */
export function parseKey(text: string, pepper: Buffer): PresentedKey | null {
  if (text.length > 128) return null
  const id = KEY_FORM.exec(text)?.[1]
  if (id !== undefined) return { id, digest: toDigest(text, pepper) }
  return COMBINED_FORM.test(text) ? { id: null, digest: toDigest(text.toLowerCase(), pepper) } : null
}

function toDigest(key: string, pepper: Buffer): Buffer {
  return createHmac('sha256', pepper).update(key).digest()
}

function randomText(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      // 248 is the greatest multiple of 62 in a byte; what lies above would favour the first letters.
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62)
    }
  }
  return text
}
