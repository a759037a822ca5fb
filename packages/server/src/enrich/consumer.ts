import type { ApiEvent, ConsumerKind } from '@wayside/protocol'

/** Who called, and by what we know it. */
export interface Consumer {
  readonly kind: ConsumerKind
  /** `null` when the kind is `unknown`. */
  readonly consumer: string | null
}

type Names = Pick<ApiEvent, 'userId' | 'apiKeyHash' | 'oauthClientId'>

/** The best name that the event has for its caller. `ip` is the address that may be stored: present at level 0 only. */
export function toConsumer({ userId, apiKeyHash, oauthClientId }: Names, ip: string | null): Consumer {
  if (userId) return { kind: 'user', consumer: userId }
  if (apiKeyHash) return { kind: 'api_key', consumer: apiKeyHash }
  if (oauthClientId) return { kind: 'oauth_client', consumer: oauthClientId }
  if (ip !== null) return { kind: 'ip', consumer: ip }
  return { kind: 'unknown', consumer: null }
}
