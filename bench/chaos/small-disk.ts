import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder on a disk of its own that can really be full. */
export interface SmallDisk {
  readonly folder: string
  fill(): Promise<void>
  makeRoom(): void
  remove(): void
}

const CHUNK = Buffer.alloc(1_048_576)

/** Mounts one, which takes a privilege; `null` where it is missing. */
export function mountSmallDisk(folder: string, sizeMib: number): SmallDisk | null {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m,mode=700`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return null
  }
  const filler = join(folder, 'filler')
  return {
    folder,
    async fill() {
      const file = await open(filler, 'w')
      try {
        for (;;) await file.writeFile(CHUNK)
      } catch {
        // Full, as was asked.
      } finally {
        await file.close()
      }
    },
    makeRoom: () => rmSync(filler, { force: true }),
    remove: () => void execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' }),
  }
}
