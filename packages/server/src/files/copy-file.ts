import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

/** What was read from the source: a copy that is damaged later can be told from it. */
export interface CopiedFile {
  readonly bytes: number
  readonly crc32: number
}

const CHUNK_BYTES = 1024 * 1024

/** Copies a file, or only reads it where `to` is `null`, and puts the copy on disk. The copy must not exist. */
export async function copyFile(from: string, to: string | null): Promise<CopiedFile> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  const source = await open(from, 'r')
  try {
    const target = to === null ? null : await open(to, 'wx', 0o600)
    try {
      let bytes = 0
      let crc = 0
      for (;;) {
        const { bytesRead } = await source.read(chunk, 0, CHUNK_BYTES, bytes)
        if (bytesRead === 0) break
        const read = chunk.subarray(0, bytesRead)
        crc = crc32(read, crc)
        await target?.writeFile(read)
        bytes += bytesRead
      }
      await target?.sync()
      return { bytes, crc32: crc }
    } finally {
      await target?.close()
    }
  } finally {
    await source.close()
  }
}
