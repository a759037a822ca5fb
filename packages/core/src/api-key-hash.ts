import { createHash } from 'node:crypto'
import { LIMITS } from '@wayside/protocol'

/** Keys whose hashes are remembered, so that a busy consumer's key is hashed once. */
const MAX_REMEMBERED = 1_000

/**
 * Makes a function that hashes a consumer's API key: the first 32 hexadecimal digits of its SHA-256. The hash has no
 * salt, so that one key is one consumer in all services and after each restart.
 */
export function createApiKeyHasher(): (apiKey: string) => string {
  const remembered = new Map<string, string>()
  return (apiKey) => {
    const known = remembered.get(apiKey)
    if (known !== undefined) return known
    const hash = createHash('sha256').update(apiKey).digest('hex').slice(0, LIMITS.apiKeyHashLength)
    // A Map keeps insertion order: the first is the oldest. A hot key that falls out costs one more hash.
    if (remembered.size >= MAX_REMEMBERED) remembered.delete(remembered.keys().next().value ?? '')
    remembered.set(apiKey, hash)
    return hash
  }
}
