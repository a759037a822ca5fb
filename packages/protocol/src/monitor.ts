/** How a monitor asks its target. */
export const MONITOR_METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'] as const
export type MonitorMethod = (typeof MONITOR_METHODS)[number]

/** What a body is held against: a text that it must or must not have, or a pattern of RE2. */
export const BODY_RULES = ['contains', 'lacks', 'matches'] as const
export type BodyRuleName = (typeof BODY_RULES)[number]

/** What a check finds. `degraded` answers as it should, but slowly, or with a certificate that is about to end. */
export const MONITOR_STATES = ['up', 'degraded', 'down'] as const
export type MonitorState = (typeof MONITOR_STATES)[number]

/** Bounds of what monitors may be told. */
export const MONITOR_LIMITS = Object.freeze({
  perProject: 100,
  nameLength: 100,
  urlLength: 2_048,
  headers: 20,
  headerLength: 1_024,
  minIntervalMs: 20_000,
  maxIntervalMs: 86_400_000,
  minTimeoutMs: 500,
  maxTimeoutMs: 30_000,
  bodyTextLength: 500,
  maxRedirects: 10,
  maxTries: 10,
  maxCertificateDays: 365,
  statusLength: 100,
})

/** An address that is asked again and again, and what it must answer, as `POST /api/v1/monitors` takes it. */
export interface MonitorInput {
  readonly name: string
  /** HTTP or HTTPS. */
  readonly url: string
  readonly method: MonitorMethod
  /** Sent with each check. They may hold secrets, and are never shown again. */
  readonly headers: Readonly<Record<string, string>>
  readonly intervalMs: number
  /** For all of a check, redirects included. */
  readonly timeoutMs: number
  /** Codes and ranges, such as `200-299, 404`. */
  readonly expectedStatus: string
  readonly body: { readonly rule: BodyRuleName; readonly text: string } | null
  /** Redirects that are followed; the answer after them is the one that counts. */
  readonly maxRedirects: number
  /** A slower answer counts as degraded; `null` for none. */
  readonly slowMs: number | null
  /** A certificate that ends in fewer days counts as degraded; `null` for any. */
  readonly certificateDays: number | null
  /** Checks in a row that must fail before an incident opens. */
  readonly failuresToOpen: number
  /** Checks in a row that must succeed before it closes. */
  readonly successesToClose: number
  readonly paused: boolean
}

/** Time by what was known of a target, milliseconds. */
export interface CoveredMs {
  readonly upMs: number
  readonly degradedMs: number
  readonly downMs: number
  /** Planned: it counts for nothing. */
  readonly maintenanceMs: number
}

/** Parts of the known time in which a target was not down, 0 to 1; `null` where nothing is known. */
export interface Uptimes {
  /** The last 24 hours, from the hour in which they began. */
  readonly hours24: number | null
  /** The last days of the project, today among them. */
  readonly days7: number | null
  readonly days30: number | null
  readonly days90: number | null
}

/** A monitor and how its target does. Instants are milliseconds since 1970. */
export interface MonitorReport extends Omit<MonitorInput, 'headers'> {
  readonly id: string
  readonly headerNames: readonly string[]
  readonly createdAt: number
  /** `null` before the first check. */
  readonly state: MonitorState | null
  /** Why it is not simply up, to follow "because". */
  readonly reason: string | null
  readonly checkedAt: number | null
  readonly inMaintenance: boolean
  /** The incident that is open. */
  readonly incident: MonitorIncident | null
  readonly uptime: Uptimes
  /** The last 90 days of the project, the oldest first. */
  readonly days: readonly (CoveredMs & { readonly time: number })[]
}

/** A time in which a target was down. */
export interface MonitorIncident {
  readonly id: number
  /** The monitor's id. */
  readonly monitor: string
  /** The first check that failed. */
  readonly startedAt: number
  /** When as many had failed as it takes. */
  readonly openedAt: number
  /** The first check that succeeded; `null` while it is open. */
  readonly endedAt: number | null
  /** Why it was down, to follow "because". */
  readonly reason: string
}

/** One check. Phases are microseconds, `null` where they did not take place. */
export interface MonitorCheck {
  readonly at: number
  readonly state: MonitorState
  readonly reason: string | null
  /** `null` when there was no answer. */
  readonly status: number | null
  readonly dnsUs: number | null
  readonly connectUs: number | null
  readonly tlsUs: number | null
  /** From the request being sent to the first byte of its answer. */
  readonly firstByteUs: number | null
  readonly totalUs: number
  readonly certificateEndsAt: number | null
}

/** How long a target took to answer, microseconds, within the stated error of latency buckets. */
export interface MonitorLatency {
  readonly hours: readonly { readonly time: number; readonly checks: number; readonly p50Us: number; readonly p95Us: number; readonly p99Us: number }[]
  /** Of all of them together; `null` without any. */
  readonly p50Us: number | null
  readonly p95Us: number | null
  readonly p99Us: number | null
}

/** A planned time that counts neither for nor against a target. */
export interface MaintenanceWindow {
  readonly id: number
  /** `null` for all monitors of the project. */
  readonly monitor: string | null
  readonly from: number
  readonly to: number
  readonly note: string
}

/** A public page that says how monitors do. */
export interface StatusPage {
  /** The last part of its address, /status/<slug>. */
  readonly slug: string
  readonly title: string
  readonly description: string
  /** Whether it says what part of the real requests was answered without a server error. */
  readonly showsTraffic: boolean
  /** In the order of the page. */
  readonly monitors: readonly { readonly monitor: string; readonly name: string }[]
}
