/** Memory that several requests share. Holding more than the pool has is refused, so that no crowd of bodies can fill it. */
export interface BytePool {
  /** Whether the bytes were taken; `false` leaves the pool as it was. */
  take(bytes: number): boolean
  give(bytes: number): void
}

export function createBytePool(maxBytes: number): BytePool {
  let taken = 0
  return {
    take(bytes) {
      if (taken + bytes > maxBytes) return false
      taken += bytes
      return true
    },
    give(bytes) {
      taken -= bytes
    },
  }
}
