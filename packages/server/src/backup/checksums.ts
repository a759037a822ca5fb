import { createHash } from 'node:crypto'
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** SHA-256 of a backup's files by their paths in it, as `sha256sum --check` reads them. Written last: without it there is no backup. */
export const CHECKSUMS = 'SHA256SUMS'

/** No `..`, no absolute path, nothing hidden: a backup may have been in other hands. */
const LINE = /^([0-9a-f]{64}) {2}((?:\w[\w.-]*\/)*\w[\w.-]*)$/

export async function writeChecksums(folder: string, sums: ReadonlyMap<string, string>): Promise<void> {
  const lines = [...sums].map(([path, sum]) => `${sum}  ${path}\n`)
  await writeFile(join(folder, CHECKSUMS), lines.join(''), { mode: 0o600, flush: true })
}

/** Throws when the file is absent or a line of it is none. */
export async function readChecksums(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(folder, CHECKSUMS), 'utf8').catch((cause: unknown) => {
    throw new Error(`${folder} holds no whole backup: ${CHECKSUMS} cannot be read`, { cause })
  })
  const sums = new Map<string, string>()
  for (const line of text.split('\n').slice(0, -1)) {
    const [, sum, path] = LINE.exec(line) ?? []
    if (sum === undefined || path === undefined) throw new Error(`${join(folder, CHECKSUMS)} has a line that is none: ${JSON.stringify(line.slice(0, 200))}`)
    sums.set(path, sum)
  }
  return sums
}

export interface Checked {
  readonly bytes: number
  readonly sum: string
}

const CHUNK_BYTES = 1024 * 1024

/**
 * Copies a file as long as it is when it is opened, or only reads it where `to` is `null`, and puts the copy on disk. The copy must
 * not exist.
 */
export async function copyChecked(from: string, to: string | null): Promise<Checked> {
  const source = await open(from, 'r')
  try {
    const { size } = await source.stat()
    const target = to === null ? null : await open(to, 'wx', 0o600)
    try {
      const hash = createHash('sha256')
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      let bytes = 0
      while (bytes < size) {
        const { bytesRead } = await source.read(chunk, 0, Math.min(CHUNK_BYTES, size - bytes), bytes)
        if (bytesRead === 0) break
        const read = chunk.subarray(0, bytesRead)
        hash.update(read)
        await target?.writeFile(read)
        bytes += bytesRead
      }
      await target?.sync()
      return { bytes, sum: hash.digest('hex') }
    } finally {
      await target?.close()
    }
  } finally {
    await source.close()
  }
}
