import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import process from 'node:process'

/** Tells processes apart, also those that had the same id one after the other. */
export interface Processes {
  /** This process. */
  readonly pid: number
  /** The machine, boot and container in which ids mean anything. */
  space(): Promise<string>
  /**
   * When a process of this space started, as the kernel says it; `'gone'` when there is none. `'unknown'` where the
   * system does not say, which is so outside Linux.
   */
  startOf(pid: number): Promise<string>
}

export const GONE = 'gone'
export const UNKNOWN = 'unknown'

export const HOST_PROCESSES: Processes = {
  pid: process.pid,
  async space() {
    try {
      const [boot, container] = await Promise.all([readFile('/proc/sys/kernel/random/boot_id', 'utf8'), readlink('/proc/self/ns/pid')])
      return `${boot.trim()} ${container}`
    } catch {
      return hostname()
    }
  },
  async startOf(pid) {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      // The name in parentheses may hold anything; the start time is the twentieth field behind it.
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? UNKNOWN
    } catch {
      return isRunning(pid) ? UNKNOWN : GONE
    }
  },
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
