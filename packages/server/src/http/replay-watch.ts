import { crc32 } from 'node:zlib'

/** Notices batches that come again under their old numbers with other content: a bug of a sender, or a forgery. */
export interface ReplayWatch {
  /** Whether this content is another than the one that the name had first. */
  isAltered(name: string, content: Uint8Array): boolean
}

/** Batches that are remembered; the oldest is forgotten first. A resend comes soon, or after an outage of any length. */
const MAX_BATCHES = 10_000

export function createReplayWatch(maxBatches = MAX_BATCHES): ReplayWatch {
  const checksums = new Map<string, number>()
  return {
    isAltered(name, content) {
      const checksum = crc32(content)
      const first = checksums.get(name)
      if (first !== undefined) return first !== checksum
      checksums.set(name, checksum)
      const [oldest] = checksums.keys()
      if (checksums.size > maxBatches && oldest !== undefined) checksums.delete(oldest)
      return false
    },
  }
}
