import { createHmac, randomBytes } from 'node:crypto'

/** 256 random bits for who they are given to, and what is kept of them. */
export interface IssuedToken {
  readonly token: string
  readonly digest: Buffer
}

/** What a token is for: one that was made for something else has another digest. */
type Purpose = 'session' | 'link' | 'download' | 'share' | 'share-pass'

/** Makes a token. It is random enough that a fast keyed hash keeps it safe. */
export function issueToken(purpose: Purpose, pepper: Buffer): IssuedToken {
  const token = randomBytes(32).toString('base64url')
  return { token, digest: digestOf(purpose, token, pepper) }
}

/** What is kept of a token. */
export function digestOf(purpose: Purpose, token: string, pepper: Buffer): Buffer {
  return createHmac('sha256', pepper).update(`${purpose}:${token}`).digest()
}
