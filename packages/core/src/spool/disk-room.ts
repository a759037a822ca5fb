import type { DiskStatus } from './spool-files.ts'

/** Left to others: this share of the disk, and never less than these bytes. */
const LEAST_FREE_SHARE = 0.1
const LEAST_FREE_BYTES = 268_435_456

/** Whether so many bytes more leave enough of the disk free. */
export function hasRoom({ bsize, blocks, bavail }: DiskStatus, bytes: number): boolean {
  return bavail * bsize - bytes >= Math.max(LEAST_FREE_BYTES, blocks * bsize * LEAST_FREE_SHARE)
}
