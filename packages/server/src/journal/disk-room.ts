import { statfs } from 'node:fs/promises'

/** Whether a disk has room to write, without asking it each time. */
export interface DiskRoom {
  /** As measured within about the last second of being asked; asking is what measures anew. */
  suffices(): boolean
}

const MEASURED_EVERY_MS = 1_000

/** A disk that cannot be measured counts as having room: then the write itself tells. */
export async function createDiskRoom(folder: string, minFreeBytes: number): Promise<DiskRoom> {
  let room = true
  let measuredAt = 0
  async function measure(): Promise<void> {
    measuredAt = performance.now()
    const { bavail, bsize } = await statfs(folder)
    room = bavail * bsize >= minFreeBytes
  }
  await measure()
  return {
    suffices() {
      if (performance.now() - measuredAt > MEASURED_EVERY_MS) void measure().catch(() => (room = true))
      return room
    },
  }
}
