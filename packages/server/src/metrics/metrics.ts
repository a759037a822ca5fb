import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { ServerRole } from '../config/roles.ts'
import type { JournalStats } from '../journal/journal.ts'
import type { Lag } from '../load/loader.ts'
import { packageVersion } from '../package-root.ts'
import type { Receiver } from '../receive/receiver.ts'

/** Counts what the server does, for Prometheus. Nothing in it names a project, a key or a consumer. */
export interface Metrics {
  /** Counts an answered request. `route` as registered, `null` where there is none: an address as sent would be a series each. */
  answered(request: { readonly method: string; readonly route: string | null; readonly status: number; readonly ms: number }): void
  /** Counts a request that broke a rule. */
  refused(rule: string): void
  /** The receiver, with what it takes counted. */
  watch(receiver: Receiver): Receiver
  /** Everything, in the text format of Prometheus. */
  text(): Promise<string>
  /** The media type of that text. */
  readonly contentType: string
}

/** What is asked when the text is made. */
export interface MetricsOptions {
  readonly role: ServerRole
  readonly readiness: () => { readonly ready: boolean; readonly alarms: readonly string[] }
  /** All events acknowledged before this instant are in answers. */
  readonly completeUntil: () => number
  /** `null` for a process that takes no events. */
  readonly intake: { readonly lag: () => Lag; readonly journal: () => JournalStats; readonly journalMaxBytes: number } | null
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Seconds. Answers of rollups take some milliseconds, long questions up to minutes. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60]

export function createMetrics({ role, readiness, completeUntil, intake, now }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const gauge = (name: string, help: string, read: () => number) => new Gauge({ name, help, registers, collect() { this.set(read()) } })

  new Gauge({ name: 'wayside_info', help: 'Version and role of this process; always 1.', labelNames: ['version', 'role'], registers }).set({ version: packageVersion(), role }, 1)
  const requests = new Counter({ name: 'wayside_http_requests_total', help: 'Answered requests.', labelNames: ['method', 'route', 'status'], registers })
  const durations = new Histogram({ name: 'wayside_http_request_duration_seconds', help: 'Time from a request to the end of its answer.', labelNames: ['route'], buckets: BUCKETS, registers })
  const refusals = new Counter({ name: 'wayside_deliveries_refused_total', help: 'Deliveries of events that were refused, by the rule that they broke.', labelNames: ['rule'], registers })
  const events = new Counter({ name: 'wayside_events_total', help: 'Events that were delivered: accepted, known already, or rejected one by one.', labelNames: ['verdict'], registers })

  gauge('wayside_ready', '1 while the server can take and show events.', () => Number(readiness().ready))
  gauge('wayside_alarms', 'Things that an operator should look at; /readyz tells which.', () => readiness().alarms.length)
  gauge('wayside_answers_behind_seconds', 'Age of the oldest event that is acknowledged and not in answers yet.', () => Math.max(0, now() - completeUntil()) / 1_000)
  if (intake !== null) {
    const { lag, journal, journalMaxBytes } = intake
    gauge('wayside_journal_bytes', 'Size of the journal on disk.', () => journal().bytes)
    gauge('wayside_journal_limit_bytes', 'Size of the journal at which senders are told to wait.', () => journalMaxBytes)
    gauge('wayside_journal_set_aside_batches', 'Batches that were damaged on disk or refused by the store since the start.', () => journal().asideBatches)
    gauge('wayside_backlog_bytes', 'What is acknowledged and waits for the store.', () => lag().bytes)
    gauge('wayside_backlog_age_seconds', 'Age of the oldest batch that waits for the store.', () => lag().ageMs / 1_000)
  }

  return {
    answered({ method, route, status, ms }) {
      const label = route ?? 'none'
      requests.inc({ method, route: label, status })
      durations.observe({ route: label }, ms / 1_000)
    },
    refused: (rule) => refusals.inc({ rule }),
    watch: (receiver) => ({
      async receive(delivery) {
        const receipt = await receiver.receive(delivery)
        events.inc({ verdict: 'accepted' }, receipt.accepted)
        events.inc({ verdict: 'duplicate' }, receipt.duplicates)
        events.inc({ verdict: 'rejected' }, receipt.rejected.length)
        return receipt
      },
    }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
