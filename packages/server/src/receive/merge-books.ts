import { DROP_REASONS, type Books, type DropReason } from '@wayside/protocol'

/**
 * A producer's books after a delivery. They only ever move forward: a frozen batch may be sent long after later ones,
 * also by another process that found it in a spool.
 */
export function mergeBooks(known: Books, next: Books): Books {
  const dropped: Partial<Record<DropReason, number>> = {}
  for (const reason of DROP_REASONS) {
    const count = Math.max(known.dropped[reason] ?? 0, next.dropped[reason] ?? 0)
    if (count > 0) dropped[reason] = count
  }
  const newest = toProgress(next) < toProgress(known) ? known : next
  return {
    captured: Math.max(known.captured, next.captured),
    dropped,
    // It goes back when a window could not be told.
    shed: newest.shed,
    settledBefore: Math.max(known.settledBefore, next.settledBefore),
    oldestPendingAt: newest.oldestPendingAt,
    spoolBytes: newest.spoolBytes,
    closed: known.closed || next.closed,
  }
}

/** Grows with every change of a producer's books. */
function toProgress({ captured, dropped, settledBefore }: Books): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, captured + settledBefore)
}
