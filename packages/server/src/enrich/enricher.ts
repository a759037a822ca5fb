/** What the server can tell about an event beyond what was sent. Never throws. */
export interface Enricher {
  /** The country of an address or a network, as ISO 3166-1 alpha-2; `null` when unknown. */
  country(address: string): string | null
  client(userAgent: string | null): Client
}

/** Who sent the request, from its user agent; `null` where it does not say. */
export interface Client {
  readonly client: string | null
  readonly clientVersion: string | null
  readonly os: string | null
  readonly device: string | null
  /** Whether it is a crawler, a monitor or an AI agent. */
  readonly bot: boolean
}
