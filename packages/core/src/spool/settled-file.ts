import { crc32 } from 'node:zlib'
import { SETTLED_BYTES, settledPath, type Segment } from './segment.ts'
import { APPEND_FLAGS, FILE_MODE, READ_FLAGS, errorCode, readWhole, writeWhole, type SpoolFiles } from './spool-files.ts'

/** Notes the records of a segment that were settled since the last time. `sync` waits for the medium. */
export async function saveSettled(files: SpoolFiles, segment: Segment, sync: boolean): Promise<void> {
  const bytes = Buffer.concat(segment.unsaved.map(encodePosition))
  segment.unsaved = []
  const file = await files.open(settledPath(segment), APPEND_FLAGS, FILE_MODE)
  try {
    await writeWhole(file, bytes, null)
    if (sync) await file.datasync()
  } finally {
    await file.close()
  }
}

/** Reads which records of a segment were settled before this process had it. What is torn or damaged counts as not settled. */
export async function loadSettled(files: SpoolFiles, segment: Segment): Promise<void> {
  try {
    const file = await files.open(settledPath(segment), READ_FLAGS)
    try {
      const bytes = Buffer.alloc(Math.min((await file.stat()).size, MAX_BYTES))
      const end = await readWhole(file, bytes, 0)
      for (let at = 0; at + SETTLED_BYTES <= end; at += SETTLED_BYTES) {
        const position = bytes.readUInt32LE(at)
        if (encodePosition(position).equals(bytes.subarray(at, at + SETTLED_BYTES))) segment.settled.add(position)
      }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  segment.loaded = true
}

/** Far more than a segment has records. */
const MAX_BYTES = 1_048_576

function encodePosition(position: number): Buffer {
  const bytes = Buffer.alloc(SETTLED_BYTES)
  bytes.writeUInt32LE(position)
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 4)), 4)
  return bytes
}
