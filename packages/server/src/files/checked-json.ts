import { readFile, writeFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

/** Writes a value as JSON behind its checksum, and puts it on disk. */
export async function writeCheckedJson(path: string, value: unknown): Promise<void> {
  const json = JSON.stringify(value)
  await writeFile(path, `${toChecksum(json)} ${json}\n`, { mode: 0o600, flush: true })
}

/** The value; `undefined` when the file is absent or not as it was written. */
export async function readCheckedJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const json = text.slice(CHECKSUM_LENGTH + 1, -1)
  return text.slice(0, CHECKSUM_LENGTH) === toChecksum(json) && json !== '' ? JSON.parse(json) : undefined
}

const CHECKSUM_LENGTH = 8

function toChecksum(json: string): string {
  return crc32(json).toString(16).padStart(CHECKSUM_LENGTH, '0')
}
