import type { BatchHeader } from '../journal/journal-batch.ts'
import type { LedgerInterval } from '../store/store.ts'
import type { Ledger } from './ledger.ts'

/** Fills a new ledger with what was taken before the start: what the store has, and what only the journal has yet. */
export function seedLedger(ledger: Ledger, stored: readonly LedgerInterval[], journaled: readonly BatchHeader[]): void {
  for (const interval of stored.toSorted((a, b) => a.seenAt - b.seenAt)) ledger.add(interval, [interval], interval.seenAt)
  for (const { projectId, producerId, ranges, receivedAt } of journaled) {
    if (producerId !== null) ledger.add({ projectId, producerId }, ranges, receivedAt)
  }
}
