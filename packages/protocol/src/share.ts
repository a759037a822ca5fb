import type { Dimension, Filter } from './query.ts'

/** Lets whoever has its link see a project's numbers, within its filter. */
export interface Share {
  readonly id: string
  /** Its title, as its readers see it. */
  readonly label: string
  /** Requests outside it do not exist for who has the link; `null` for all requests. */
  readonly filter: Filter | null
  readonly hasPassword: boolean
  /** Origins of the pages that may show it in a frame. */
  readonly frameHosts: readonly string[]
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** `null` for until it is revoked. */
  readonly expiresAt: number | null
}

/** What a shared link does not show, as it names a single caller or holds what they sent; nor tags. */
export const HIDDEN_FROM_SHARES: readonly Dimension[] = ['path', 'consumer', 'userId', 'apiKey', 'oauthClient']
