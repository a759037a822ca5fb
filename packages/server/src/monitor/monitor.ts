import type { MonitorInput, MonitorState } from '@wayside/protocol'

/** A monitor as it is kept. */
export interface Monitor extends MonitorInput {
  readonly id: number
  /** Names it in answers. */
  readonly publicId: string
  readonly projectId: number
  /** Greater after each change of its settings. */
  readonly revision: number
  readonly createdAt: number
  readonly standing: Standing
}

/** What the checks so far say of a monitor. Instants are milliseconds since 1970. */
export interface Standing {
  /** `null` before the first check. */
  readonly state: MonitorState | null
  /** Why it is not simply up. */
  readonly reason: string | null
  readonly checkedAt: number | null
  /** Checks in a row that succeeded, or, below 0, that failed. */
  readonly streak: number
  /** When the first of them was made. */
  readonly streakSince: number | null
  /** The incident that is open. */
  readonly incidentId: number | null
}

export const NO_STANDING: Standing = Object.freeze({ state: null, reason: null, checkedAt: null, streak: 0, streakSince: null, incidentId: null })

/** What holds where nothing is said. */
export const MONITOR_DEFAULTS: Omit<MonitorInput, 'name' | 'url'> = Object.freeze<Omit<MonitorInput, 'name' | 'url'>>({
  method: 'GET',
  headers: {},
  intervalMs: 60_000,
  timeoutMs: 10_000,
  expectedStatus: '200-299',
  body: null,
  maxRedirects: 5,
  slowMs: null,
  certificateDays: 14,
  failuresToOpen: 2,
  successesToClose: 2,
  paused: false,
})
