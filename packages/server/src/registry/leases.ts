import type { Database } from '../database/database.ts'

/** The right to do what only one process may do at a time. */
export interface Lease {
  readonly name: string
  readonly owner: string
  /**
   * Greater for each next holder of the name. What a holder writes elsewhere carries it, and is refused after a greater
   * one: a process that was stopped for longer than its lease does not know that it has lost it.
   */
  readonly fence: number
}

/** Leases on names, by the clock of the database. */
export interface Leases {
  /** `null` while another lease on the name holds, also one of the same owner. */
  acquire(name: string, owner: string, ttlMs: number): Promise<Lease | null>
  /** Whether it still held; then it holds for `ttlMs` from now. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>
  /** Lets the next one have it at once. */
  release(lease: Lease): Promise<void>
}

/** @param database - with the clock that all processes go by */
export function createLeases(database: Database): Leases {
  const { nowMs } = database.words
  return {
    async acquire(name, owner, ttlMs) {
      // The row is locked before its condition is looked at, so of many that try, one finds it expired.
      const [row] = await database.query(
        `INSERT INTO leases (name, owner, fence, expires_at) VALUES ($1, $2, 1, ${nowMs} + $3)
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, fence = leases.fence + 1, expires_at = excluded.expires_at
         WHERE leases.expires_at <= ${nowMs} RETURNING fence`,
        [name, owner, ttlMs],
      )
      return row === undefined ? null : { name, owner, fence: Number(row['fence']) }
    },
    async renew({ name, fence }, ttlMs) {
      const renewed = await database.query(
        `UPDATE leases SET expires_at = ${nowMs} + $3 WHERE name = $1 AND fence = $2 AND expires_at > ${nowMs} RETURNING name`,
        [name, fence, ttlMs],
      )
      return renewed.length > 0
    },
    async release({ name, fence }) {
      // The row stays, and with it the fence.
      await database.query('UPDATE leases SET expires_at = 0 WHERE name = $1 AND fence = $2', [name, fence])
    },
  }
}
