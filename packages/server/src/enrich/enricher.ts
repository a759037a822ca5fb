/** What the server can tell about an event beyond what was sent. Never throws. */
export interface Enricher {
  address(text: string): Address
  client(userAgent: string | null): Client
}

/** What an address, or a network, tells. */
export interface Address {
  /** In its usual form; `null` for a network and for what is no address. */
  readonly ip: string | null
  /** ISO 3166-1 alpha-2; `null` when unknown. */
  readonly country: string | null
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
