import type { BatchHeader } from '../../journal/journal-batch.ts'
import { addRange, type IntervalSet } from '../../ledger/interval-set.ts'
import type { LedgerInterval } from '../store.ts'
import type { Session } from './session.ts'

/** All seqs that a server process has taken from a producer of a project. */
export interface LedgerRow {
  readonly projectId: number
  readonly producerId: string
  readonly ranges: IntervalSet
  readonly seenAt: number
}

export type Ledger = ReadonlyMap<string, LedgerRow>

export async function readLedger({ ask, topology }: Session, owner: string): Promise<Ledger> {
  const { rows } = await ask(`SELECT "projectId", "producerId", ranges, "seenAt" FROM ${topology.database}.ledger FINAL WHERE owner = {owner:String}`, { owner })
  const ledger = rows.map(([projectId, producerId, ranges, seenAt]): LedgerRow => {
    // Boundary: the column is an array of pairs.
    const pairs = ranges as readonly (readonly [number, number])[]
    return { projectId: Number(projectId), producerId: String(producerId), ranges: pairs.map(([from, to]) => ({ from, to })), seenAt: Number(seenAt) }
  })
  return new Map(ledger.map((row) => [toKey(row), row]))
}

/** The rows of producers that batches add to, as they are afterwards. */
export function toTouched(ledger: Ledger, headers: readonly BatchHeader[]): Ledger {
  const touched = new Map<string, LedgerRow>()
  for (const { projectId, producerId, ranges, receivedAt } of headers) {
    if (producerId === null || ranges.length === 0) continue
    const key = toKey({ projectId, producerId })
    const before = touched.get(key) ?? ledger.get(key)
    touched.set(key, { projectId, producerId, ranges: ranges.reduce(addRange, before?.ranges ?? []), seenAt: Math.max(before?.seenAt ?? 0, receivedAt) })
  }
  return touched
}

export function toIntervals(ledger: Ledger): readonly LedgerInterval[] {
  return [...ledger.values()].flatMap(({ ranges, ...row }) => ranges.map((range) => ({ ...row, ...range })))
}

function toKey({ projectId, producerId }: Pick<LedgerRow, 'projectId' | 'producerId'>): string {
  return `${projectId}:${producerId}`
}
