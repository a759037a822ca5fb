import type { Alerting } from '../alert/alerting.ts'
import type { Settings } from '../config/settings.ts'
import type { Demo } from '../demo/demo.ts'
import type { Days } from '../erase/erasure.ts'
import type { ConsumerErasure } from '../erase/consumer-erasure.ts'
import type { Exporter } from '../export/create-exporter.ts'
import type { Log } from '../log/log.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Monitoring } from '../monitor/monitoring.ts'
import type { Door } from '../people/door.ts'
import type { Receiver } from '../receive/receiver.ts'
import type { Authenticator } from '../registry/authenticator.ts'
import type { Backups } from '../registry/backups.ts'
import type { Uses } from '../registry/gather-uses.ts'
import type { IdleProjects } from '../registry/idle-projects.ts'
import type { MailReports } from '../registry/mail-reports.ts'
import type { RawFilesTable } from '../registry/raw-files.ts'
import type { Registry } from '../registry/registry.ts'
import type { SavedViews } from '../registry/saved-views.ts'
import type { Shares } from '../registry/shares.ts'
import type { Store } from '../store/store.ts'
import type { Pressure } from './pressure/judge-pressure.ts'

/** What routes work with. */
export interface Services {
  readonly settings: Settings
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds since some instant, whatever happens to the clock. */
  readonly monotonicMs: () => number
  readonly registry: Registry
  readonly authenticator: Authenticator
  readonly door: Door
  readonly store: Store
  readonly readiness: () => Readiness
  /** What `/metrics` tells, and who may ask; `null` where there is no such address. */
  readonly metrics: { readonly metrics: Metrics; readonly token: string } | null
  /** All events acknowledged before this instant are in answers. */
  readonly completeUntil: () => number
  /** Removes a project's data; answers no longer show it once this resolves. */
  readonly eraseData: (projectId: number, days?: Days) => Promise<{ readonly events: number }>
  /** Takes a project and its keys out of use at once and removes its data. */
  readonly eraseProject: (projectId: number) => Promise<{ readonly events: number }>
  readonly exporter: Exporter
  readonly monitoring: Monitoring
  readonly alerting: Pick<Alerting, 'alerts' | 'channels'>
  readonly savedViews: SavedViews
  readonly shares: Shares
  readonly rawFiles: Pick<RawFilesTable, 'of' | 'set'>
  readonly mailReports: Pick<MailReports, 'of' | 'set' | 'stop'>
  /** Removes single consumers of a project. */
  readonly consumers: Pick<ConsumerErasure, 'erase' | 'list'>
  /** Told whenever somebody looks at a project. */
  readonly visits: Pick<Uses<number>, 'note'>
  /** When projects that nobody uses are removed. */
  readonly idleProjects: Pick<IdleProjects, 'list'>
  /** What receipts of removals name. */
  readonly backups: Pick<Backups, 'list'>
  /** `null` where the server shows none. */
  readonly demo: Pick<Demo, 'project'> | null
}

/** What the routes that take events work with besides; a process in another role has none. */
export interface IntakeServices {
  readonly receiver: Receiver
  readonly pressure: () => Pressure
}

/** Whether this server can do its work, by part. */
export interface Readiness {
  readonly ready: boolean
  /** Each part with `ok`, or what is wrong with it. */
  readonly checks: Readonly<Record<string, string>>
  /** What an operator should look at, though the server does its work. */
  readonly alarms: readonly string[]
}
