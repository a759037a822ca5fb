import { createAddressReader } from './address.ts'
import type { Enricher } from './enricher.ts'
import { createUserAgentParser } from './user-agent.ts'
import { loadUserAgentPatterns, type UserAgentSet } from './user-agent-patterns.ts'

export interface EnricherOptions {
  /**
   * Which patterns recognise user agents.
   * @default 'reduced'
   */
  readonly userAgents?: UserAgentSet
  /**
   * A country database in MaxMind's format.
   * @default the public-domain database that comes with the server
   */
  readonly countryDatabase?: string
}

/** @throws when a file that the options name cannot be used. */
export function createEnricher({ userAgents = 'reduced', countryDatabase }: EnricherOptions = {}): Enricher {
  return {
    address: createAddressReader(countryDatabase === undefined ? {} : { path: countryDatabase }),
    client: createUserAgentParser(loadUserAgentPatterns(userAgents)),
  }
}
