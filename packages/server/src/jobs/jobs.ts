import type { Erasure } from '../erase/erasure.ts'
import type { Claims } from '../registry/claims.ts'
import type { Job } from './run-under-lease.ts'

const MINUTE_MS = 60_000
/** A file of a day is asked for so long after the day is over for good, at most. */
export const RAW_FILES_MS = 10 * MINUTE_MS
/** A report is sent so long after its time at most. */
export const MAIL_REPORTS_MS = 5 * MINUTE_MS
/** Windows are looked at, and what they bring is told, so long after they are complete at most. */
export const ALERTS_MS = 5_000
/** Requests of the demo come in so often. */
export const DEMO_MS = 15_000
/** Days are over for a project so long after midnight at most. */
export const RETENTION_MS = 60 * MINUTE_MS
/** A server that was off for longer, with events that it had not stored, may store some that another has. */
const CLAIM_LIFE_MS = 30 * 86_400_000

/** A project is seen to be idle so long after at most. */
export const IDLE_MS = 60 * MINUTE_MS

interface JobsToDo {
  readonly claims: Pick<Claims, 'forget'>
  readonly erasure: Pick<Erasure, 'resume'>
  readonly applyRetention: () => Promise<void>
  readonly removeIdle: () => Promise<void>
  readonly runAlerts: () => Promise<void>
  readonly makeRawFiles: () => Promise<void>
  readonly sendMailReports: () => Promise<void>
}

/** What servers beside each other do once for all of them. */
export function toJobs({ claims, erasure, applyRetention, removeIdle, runAlerts, makeRawFiles, sendMailReports }: JobsToDo): readonly Job[] {
  return [
    { name: 'forget-claims', everyMs: 60 * MINUTE_MS, run: async () => void (await claims.forget(CLAIM_LIFE_MS)) },
    { name: 'end-erasures', everyMs: 10 * MINUTE_MS, run: () => erasure.resume() },
    { name: 'alerts', everyMs: ALERTS_MS, run: runAlerts },
    { name: 'retention', everyMs: RETENTION_MS, run: applyRetention },
    { name: 'idle-projects', everyMs: IDLE_MS, run: removeIdle },
    { name: 'raw-files', everyMs: RAW_FILES_MS, run: makeRawFiles },
    { name: 'mail-reports', everyMs: MAIL_REPORTS_MS, run: sendMailReports },
  ]
}
