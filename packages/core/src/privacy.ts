import { normalizeIp, toNetwork, type PrivacyLevel } from '@wayside/protocol'

/**
 * What a privacy level leaves of a client's address: at 0 the address, at 1 its network. `null` when the text is no
 * address. Level 2 has no address to give, so it is not a level here.
 */
export function toKeptAddress(address: string, level: Exclude<PrivacyLevel, 2>): string | null {
  return level === 0 ? normalizeIp(address) : toNetwork(address)
}
