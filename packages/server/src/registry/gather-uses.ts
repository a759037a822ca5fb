import type { Log } from '../log/log.ts'

/** Gathers when things were last used, so that a use costs no write. */
export interface Uses<Id> {
  /** @param at - milliseconds since 1970 */
  note(id: Id, at: number): void
  /** Keeps what was gathered so far. What cannot be kept is tried again with the next round. */
  keep(): Promise<void>
  /** Keeps what was gathered, and stops. */
  close(): Promise<void>
}

const ROUND_MS = 60_000

/** @param what - as the log calls what was used */
export function gatherUses<Id>(what: string, keepAll: (usedAt: ReadonlyMap<Id, number>) => Promise<void>, log: Log): Uses<Id> {
  const usedAt = new Map<Id, number>()

  async function keep(): Promise<void> {
    if (usedAt.size === 0) return
    const gathered = new Map(usedAt)
    usedAt.clear()
    try {
      await keepAll(gathered)
    } catch (error) {
      // A full disk must not end the server for the sake of a date.
      for (const [id, at] of gathered) if (!usedAt.has(id)) usedAt.set(id, at)
      log.warn(`could not keep when ${what} were last used`, { error })
    }
  }
  const timer = setInterval(() => void keep(), ROUND_MS).unref()

  return {
    note: (id, at) => void usedAt.set(id, at),
    keep,
    async close() {
      clearInterval(timer)
      await keep()
    },
  }
}
