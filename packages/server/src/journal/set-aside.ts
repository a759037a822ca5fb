import { appendFile, readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Why a batch cannot go into the store: its bytes are not those that were written, or the engine refuses them. */
export type AsideReason = 'corrupt' | 'refused'

const ASIDE_NAME = /^\d{12}\.ndjson\.(?:corrupt|refused)$/

/**
 * Keeps the bytes of batches beside their segment, for a person to look at. Called again for the same segment, as after
 * a crash in between, it adds to what is there.
 */
export async function setAside(segmentPath: string, reason: AsideReason, batches: readonly Buffer[]): Promise<string> {
  const path = `${segmentPath}.${reason}`
  await appendFile(path, Buffer.concat(batches), { mode: 0o600, flush: true })
  return path
}

/** The files that hold what was set aside, oldest first. */
export async function listAside(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => ASIDE_NAME.test(name))
  return names.toSorted().map((name) => join(folder, name))
}

/** Removes the oldest of them until the others take no more than `maxBytes`; the newest always stays. */
export async function limitAside(folder: string, maxBytes: number, warn: (message: string) => void): Promise<void> {
  const paths = await listAside(folder)
  let bytes = 0
  for (const [at, path] of paths.toReversed().entries()) {
    bytes += (await stat(path)).size
    if (at === 0 || bytes <= maxBytes) continue
    await unlink(path)
    warn(`removed ${path}: what is set aside may take ${maxBytes} bytes`)
  }
}
