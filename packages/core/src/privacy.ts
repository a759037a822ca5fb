import { toNetwork, type PrivacyLevel } from '@wayside/protocol'

/** What a privacy level leaves of a client's address in its usual form: at 0 all, at 1 its network, at 2 nothing. */
export function toKeptAddress(address: string, level: PrivacyLevel): string | null {
  if (level === 2) return null
  if (level === 0) return address
  // Nearly all are IPv4 in its usual form, of which the network is the text up to the last dot.
  return address.includes(':') ? toNetwork(address) : `${address.slice(0, address.lastIndexOf('.'))}.0/24`
}
