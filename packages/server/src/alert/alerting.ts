import { createMailer } from '../channels/mailer.ts'
import { deliver } from '../channels/deliver.ts'
import type { MailSettings } from '../config/settings.ts'
import type { Database } from '../database/database.ts'
import { createAddressGuard } from '../outbound/address-guard.ts'
import { createPostJson } from '../outbound/post-json.ts'
import { createResolveHost } from '../outbound/resolve-host.ts'
import { createAlerts, type Alerts } from '../registry/alerts.ts'
import { createChannels, type Channels, type DeliveryBody } from '../registry/channels.ts'
import { runRules, type RunRules } from './run-rules.ts'

/** All that has to do with alerts. */
export interface Alerting {
  readonly alerts: Alerts
  readonly channels: Channels
  /** Evaluates what is complete, and tells what was found. */
  run(): Promise<void>
  /** Tells all channels of a project. */
  tellAll(projectId: number, body: DeliveryBody): Promise<void>
  close(): void
}

export interface AlertingOptions extends Omit<RunRules, 'alerts' | 'signal'> {
  readonly database: Database
  readonly mail: MailSettings | null
  /** Private addresses, networks and hosts that may be told. */
  readonly privateTargets: readonly string[]
}

export function createAlerting({ database, mail, privateTargets, ...running }: AlertingOptions): Alerting {
  const { now } = running
  const [alerts, channels] = [createAlerts(database, now), createChannels(database, now)]
  const mailer = mail === null ? null : createMailer(mail)
  const post = createPostJson(createAddressGuard(privateTargets), createResolveHost())
  const closing = new AbortController()
  return {
    alerts,
    channels,
    async run() {
      await runRules({ ...running, alerts, signal: closing.signal })
      if (!closing.signal.aborted) await deliver({ channels, post, mailer, now })
    },
    async tellAll(projectId, body) {
      const ids = (await channels.list(projectId)).map(({ id }) => id)
      await channels.enqueue(projectId, ids, body)
    },
    close() {
      closing.abort()
      mailer?.close()
    },
  }
}
