import type { IdleWarning, ProjectUse } from '../registry/idle-projects.ts'

/** What is to be done about a project. */
export type IdleStep =
  | { readonly kind: 'nothing' }
  /** It is used again. */
  | { readonly kind: 'clear' }
  /** Nobody was told yet. */
  | { readonly kind: 'warn'; readonly removedAt: number }
  /** A further day on which it is not used. */
  | { readonly kind: 'see'; readonly warning: IdleWarning }
  | { readonly kind: 'remove' }

const DAY_MS = 86_400_000
/** So long before a project is removed people are told. */
export const NOTICE_DAYS = 30

/**
 * @param idleDays - after how many days without use a project is removed
 * @param now - milliseconds since 1970
 */
export function judgeIdle({ usedAt, isWatching, warning }: Pick<ProjectUse, 'usedAt' | 'isWatching' | 'warning'>, idleDays: number, now: number): IdleStep {
  if (isWatching || now - usedAt < (idleDays - NOTICE_DAYS) * DAY_MS) return { kind: warning === null ? 'nothing' : 'clear' }
  if (warning === null) return { kind: 'warn', removedAt: removalAt({ usedAt, warnedAt: now }, idleDays) }
  const today = Math.floor(now / DAY_MS)
  // Days on which this server ran are counted, not time: after a month in which it was off, apps and people get theirs all the same.
  if (today > warning.seenOn && warning.daysSeen < NOTICE_DAYS) return { kind: 'see', warning: { ...warning, seenOn: today, daysSeen: warning.daysSeen + 1 } }
  return warning.daysSeen >= NOTICE_DAYS && now >= removalAt({ usedAt, warnedAt: warning.at }, idleDays) ? { kind: 'remove' } : { kind: 'nothing' }
}

/** When a project that nobody uses is removed at the earliest, milliseconds since 1970. */
export function removalAt({ usedAt, warnedAt }: { readonly usedAt: number; readonly warnedAt: number }, idleDays: number): number {
  return Math.max(usedAt + idleDays * DAY_MS, warnedAt + NOTICE_DAYS * DAY_MS)
}
