import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import process from 'node:process'

/** Held from start to end by the one server that may write into a data folder. */
export interface FolderLock {
  release(): Promise<void>
}

/**
 * Takes the data folder for this process, creating it if need be; call it before anything else opens the folder. A
 * lock whose process is gone is taken over.
 * @throws when another live process holds the folder; the message names it.
 */
export async function lockFolder(dataDir: string): Promise<FolderLock> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'lock')
  const mine = JSON.stringify({ ...(await identify(process.pid)), token: randomUUID() })
  // A link appears with its content, all at once: nobody can read half a lock and take it for a stale one.
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, mine, { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      if (await linked(draft, path)) return { release: () => release(path, mine) }
      const holder = await readHolder(path)
      if (holder !== null && (await isAlive(holder))) {
        throw new Error(
          `${dataDir} is in use by another wayside server (process ${holder.pid}): stop that one, or give this one a folder of its own with --data`,
        )
      }
      await unlink(path).catch(() => undefined) // Somebody else may have taken the stale lock away.
    }
  } finally {
    await unlink(draft)
  }
  throw new Error(`${path} could not be taken: other servers keep starting on the same folder`)
}

/** The process id of the live server that holds a data folder; `null` when none does. */
export async function findHolder(dataDir: string): Promise<number | null> {
  const holder = await readHolder(join(dataDir, 'lock'))
  return holder !== null && (await isAlive(holder)) ? holder.pid : null
}

const MAX_ATTEMPTS = 5

/** A process id alone is not enough: it is used again, in a container after each start. */
interface Holder {
  readonly pid: number
  /** When the process started, as the kernel says it, and during which boot; `null` where it does not. */
  readonly started: string | null
}

async function identify(pid: number): Promise<Holder> {
  try {
    const [stat, boot] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile('/proc/sys/kernel/random/boot_id', 'utf8')])
    // The name in parentheses may hold anything; the start time is the twentieth field behind it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return { pid, started: ticks === undefined ? null : `${boot.trim()}/${ticks}` }
  } catch {
    return { pid, started: null } // No such process, or no /proc on this system.
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  if (holder.started === null) return true
  const { started } = await identify(holder.pid)
  return started === null || started === holder.started
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number') return null
    return { pid: value.pid, started: 'started' in value && typeof value.started === 'string' ? value.started : null }
  } catch {
    return null // Gone in the meantime, or not a lock of ours.
  }
}

async function release(path: string, mine: string): Promise<void> {
  const held = await readFile(path, 'utf8').catch(() => null)
  if (held === mine) await unlink(path)
}
