import type { Comparison, Dimension, Filter, Metric, TagDimension } from './query.ts'

/** How much an alert matters, the worst first. */
export const ALERT_SEVERITIES = ['severe', 'moderate', 'mild'] as const
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number]

/** Minutes of traffic that a rule looks at. Comparisons with history take those that divide the calendar: 1, 15, 60 and 1,440. */
export const ALERT_WINDOWS = [1, 5, 15, 60, 1_440] as const
export type AlertWindow = (typeof ALERT_WINDOWS)[number]

/** Bounds of what rules and channels may be told. */
export const ALERT_LIMITS = Object.freeze({
  rulesPerProject: 100,
  channelsPerProject: 20,
  channelsPerRule: 10,
  nameLength: 100,
  filterBytes: 4_096,
  maxHistory: 2_016,
  maxConsecutive: 60,
  maxMinutes: 10_080,
})

/** When a value of a window is one to tell of. */
export type AlertCondition =
  /** It is above or below a fixed value. */
  | { readonly kind: 'threshold'; readonly comparison: Comparison; readonly value: number }
  /** It is above a percentile, 50 to 100, of its own windows before, by a factor of at least 1. */
  | { readonly kind: 'percentile'; readonly percentile: number; readonly factor: number; readonly history: number; readonly minHistory: number }
  /** It is above one percentile of its own windows before or below another. Below counts where the median is at least `minExpected`. */
  | { readonly kind: 'band'; readonly low: number; readonly high: number; readonly history: number; readonly minHistory: number; readonly minExpected: number }
  /** None of so many windows before had it, while they had others. */
  | { readonly kind: 'newValue'; readonly history: number }
  /**
   * A consumer goes from one endpoint to another as it hardly ever did: such steps, and rarer ones from there, are less than this
   * part, 0 to 1, of those it made within so many minutes of a request, once so many requests of it were seen.
   */
  | { readonly kind: 'accessPattern'; readonly probability: number; readonly withinMinutes: number; readonly minEvents: number }
  /** A consumer comes from an address that it did not come from in so many days, once so many requests of it were seen. */
  | { readonly kind: 'unseenSource'; readonly minEvents: number; readonly staleDays: number }

/** Conditions that learn what each consumer does, request by request. */
export const DETECTORS = ['accessPattern', 'unseenSource'] as const
export type Detector = (typeof DETECTORS)[number]

/** What is watched and who is told, as `POST /api/v1/alert-rules` takes it. */
export interface AlertRuleInput {
  readonly name: string
  readonly metric: Metric
  /** Which requests count; `null` for all. */
  readonly filter: Filter | null
  /** Each value of it is watched by itself; `null` for all requests together. */
  readonly dimension: Dimension | TagDimension | null
  readonly windowMinutes: AlertWindow
  readonly condition: AlertCondition
  /** Windows in a row that must meet the condition. */
  readonly consecutive: number
  /** Windows with fewer requests of a value say nothing about it. */
  readonly minRequests: number
  readonly severity: AlertSeverity
  /** After it was told of, a value is not told of again for so long. */
  readonly suppressMinutes: number
  /** An alert ends after so long without a window that meets the condition. */
  readonly recoverMinutes: number
  /** Ids of channels. */
  readonly channels: readonly string[]
  readonly enabled: boolean
}

export interface AlertRule extends AlertRuleInput {
  readonly id: string
  readonly createdAt: number
  /** Up to when it was evaluated, milliseconds since 1970. */
  readonly evaluatedUntil: number
  /** Why it could not be evaluated last; `null` when it could. */
  readonly fault: string | null
  /** Alerts of it that have not ended. */
  readonly firing: number
}

/** Something that a rule has found. */
export interface Alert {
  readonly id: string
  /** `null` when the rule was removed. */
  readonly rule: string | null
  readonly ruleName: string
  readonly severity: AlertSeverity
  /** The value of the rule's dimension; `null` for all requests. */
  readonly value: string | null
  /** What was measured in the window that it began with, in the unit of the metric. */
  readonly observed: number | null
  /** What it was held against. */
  readonly bound: number | null
  readonly message: string
  /** The end of the window that it began with, milliseconds since 1970. */
  readonly startedAt: number
  /** The end of the last window that met the condition. */
  readonly lastSeenAt: number
  /** `null` while it goes on. */
  readonly endedAt: number | null
  readonly acknowledgedAt: number | null
  readonly acknowledgedBy: string | null
}

/** Alerts go on until they end. */
export const ALERT_STATES = ['firing', 'ended'] as const
export type AlertState = (typeof ALERT_STATES)[number]

export interface AlertsPage {
  /** The newest first. */
  readonly alerts: readonly Alert[]
  /** `null` on the last page. */
  readonly nextCursor: string | null
}

/** What a rule would have found. */
export interface AlertDryRun {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** Windows that were looked at. */
  readonly windows: number
  readonly alerts: readonly Pick<Alert, 'value' | 'observed' | 'bound' | 'message' | 'startedAt' | 'endedAt'>[]
}

export const CHANNEL_KINDS = ['email', 'webhook', 'slack'] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** Where alerts are told. What is secret about it is never shown again. */
export interface Channel {
  readonly id: string
  readonly kind: ChannelKind
  readonly name: string
  /** An e-mail address, or the host of an address. */
  readonly target: string
  readonly createdAt: number
  /** When something was handed over last, milliseconds since 1970. */
  readonly deliveredAt: number | null
  /** Why what came last could not be handed over; `null` when it could. */
  readonly problem: string | null
  /** What was given up since something was handed over. */
  readonly failed: number
}

/** Where alerts of a project are told, as whoever asks may know it. */
export interface ChannelsList {
  /** Whether the server knows how to send e-mail. */
  readonly canMail: boolean
  /** Whether who asks may change rules. */
  readonly mayWatch: boolean
  /** Whether who asks may change channels. */
  readonly mayChange: boolean
  /** Empty for who may not change rules. */
  readonly channels: readonly Channel[]
}

/** A kind of alert that many want, with what it can be told. */
export interface AlertTemplate {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly parameters: readonly AlertParameter[]
}

export interface AlertParameter {
  readonly name: string
  readonly description: string
  readonly default: number
  readonly min: number
  readonly max: number
}
