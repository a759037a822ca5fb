import type { AlertRule, AlertsPage, AlertTemplate, ChannelsList, DeliveryNotice, ExportsList, LatencyCourse, MailReportsList, MaintenanceWindow, MonitorCheck, MonitorIncident, MonitorLatency, MonitorReport, ProducersReport, RawFiles, RequestsPage, SavedViewsList, Share, StatusPage, StoredRequest, ThrownStack } from '@wayside/protocol'
import { boolean, listOf, mapOf, number, orNull, record, text, type Check } from './checks.ts'

/** What a view may need beside the answers of queries. */
export interface Extras {
  readonly delivery: DeliveryNotice
  readonly producers: ProducersReport
  readonly requests: RequestsPage
  readonly request: StoredRequest
  readonly latency: LatencyCourse
  readonly exports: ExportsList
  readonly rawFiles: RawFiles
  readonly mailReports: MailReportsList
  readonly monitors: { readonly monitors: readonly MonitorReport[] }
  readonly monitorChecks: { readonly checks: readonly MonitorCheck[] }
  readonly monitorLatency: MonitorLatency
  readonly incidents: { readonly incidents: readonly MonitorIncident[] }
  readonly maintenance: { readonly windows: readonly MaintenanceWindow[] }
  readonly statusPages: { readonly pages: readonly StatusPage[] }
  readonly alertRules: { readonly rules: readonly AlertRule[] }
  readonly alerts: AlertsPage
  readonly alertTemplates: { readonly templates: readonly AlertTemplate[] }
  readonly channels: ChannelsList
  readonly savedViews: SavedViewsList
  readonly shares: { readonly shares: readonly Share[] }
  readonly error: { readonly stack: ThrownStack | null }
}
export type ExtraName = keyof Extras

/** Where each is asked for, and how a decoded answer is told from something else. */
export const EXTRAS: Readonly<Record<ExtraName, { readonly path: string; readonly is: Check }>> = {
  delivery: {
    path: 'api/v1/delivery',
    is: record({
      lost: number,
      dropped: number,
      unaccounted: number,
      pendingSince: orNull(number),
      late: listOf(record({ producerId: text, service: orNull(text), instance: orNull(text), pendingSince: number })),
    }),
  },
  producers: { path: 'api/v1/producers', is: record({ completeUntil: number, summary: toAccountCheck({ producers: number }), producers: listOf(toProducerCheck()) }) },
  requests: { path: 'api/v1/requests', is: record({ requests: listOf(toRequestCheck()), nextCursor: orNull(text) }) },
  request: { path: 'api/v1/request', is: toRequestCheck() },
  latency: {
    path: 'api/v1/latency',
    is: record({ from: number, to: number, timeZone: text, completeUntil: number, bandsMs: listOf(number), intervals: listOf(record({ time: number, requests: listOf(number) })) }),
  },
  exports: {
    path: 'api/v1/exports',
    is: record({
      exports: listOf(
        record({
          ...Object.fromEntries(['id', 'fileName', 'of', 'format', 'state', 'askedBy'].map((name) => [name, text])),
          ...Object.fromEntries(['from', 'to', 'askedAt', 'rows', 'bytes'].map((name) => [name, number])),
          ...Object.fromEntries(['endedAt', 'expectedRows', 'expiresAt'].map((name) => [name, orNull(number)])),
          problem: orNull(text),
        }),
      ),
    }),
  },
  monitors: { path: 'api/v1/monitors', is: record({ monitors: listOf(toMonitorCheck()) }) },
  monitorChecks: {
    path: 'api/v1/monitor/checks',
    is: record({
      checks: listOf(
        record({
          ...{ at: number, state: text, reason: orNull(text), totalUs: number },
          ...Object.fromEntries(['status', 'dnsUs', 'connectUs', 'tlsUs', 'firstByteUs', 'certificateEndsAt'].map((name) => [name, orNull(number)])),
        }),
      ),
    }),
  },
  monitorLatency: {
    path: 'api/v1/monitor/latency',
    is: record({ hours: listOf(record({ time: number, checks: number, p50Us: number, p95Us: number, p99Us: number })), p50Us: orNull(number), p95Us: orNull(number), p99Us: orNull(number) }),
  },
  incidents: { path: 'api/v1/incidents', is: record({ incidents: listOf(toIncidentCheck()) }) },
  maintenance: { path: 'api/v1/maintenance', is: record({ windows: listOf(record({ id: number, monitor: orNull(text), from: number, to: number, note: text })) }) },
  statusPages: {
    path: 'api/v1/status-pages',
    is: record({ pages: listOf(record({ slug: text, title: text, description: text, showsTraffic: boolean, monitors: listOf(record({ monitor: text, name: text })) })) }),
  },
  alertRules: { path: 'api/v1/alert-rules', is: record({ rules: listOf(toRuleCheck()) }) },
  alerts: {
    path: 'api/v1/alerts',
    is: record({
      alerts: listOf(
        record({
          ...Object.fromEntries(['id', 'ruleName', 'severity', 'message'].map((name) => [name, text])),
          ...Object.fromEntries(['rule', 'value', 'acknowledgedBy'].map((name) => [name, orNull(text)])),
          ...Object.fromEntries(['observed', 'bound', 'endedAt', 'acknowledgedAt'].map((name) => [name, orNull(number)])),
          ...{ startedAt: number, lastSeenAt: number },
        }),
      ),
      nextCursor: orNull(text),
    }),
  },
  alertTemplates: {
    path: 'api/v1/alert-templates',
    is: record({
      templates: listOf(record({ name: text, title: text, description: text, parameters: listOf(record({ name: text, description: text, default: number, min: number, max: number })) })),
    }),
  },
  channels: {
    path: 'api/v1/channels',
    is: record({
      ...{ canMail: boolean, mayWatch: boolean, mayChange: boolean },
      channels: listOf(record({ ...Object.fromEntries(['id', 'kind', 'name', 'target'].map((name) => [name, text])), createdAt: number, deliveredAt: orNull(number), problem: orNull(text), failed: number })),
    }),
  },
  savedViews: { path: 'api/v1/saved-views', is: record({ mayChange: boolean, views: listOf(record({ name: text, place: text, query: text })) }) },
  shares: {
    path: 'api/v1/shares',
    is: record({
      shares: listOf(record({ ...{ id: text, label: text, filter: orNull(listOf(() => true)), hasPassword: boolean, frameHosts: listOf(text) }, createdAt: number, expiresAt: orNull(number) })),
    }),
  },
  rawFiles: { path: 'api/v1/exports/files', is: record({ daily: boolean, monthly: boolean, format: text }) },
  mailReports: { path: 'api/v1/reports', is: record({ canSend: boolean, mayChange: boolean, reports: listOf(record({ frequency: text, recipients: listOf(text) })) }) },
  error: { path: 'api/v1/error', is: record({ stack: orNull(record({ errorClass: text, frames: listOf(text), seenAt: number })) }) },
}

function toAccountCheck(more: Readonly<Record<string, Check>>): Check {
  const counts = ['captured', 'stored', 'shed', 'dropped', 'rejected', 'elsewhere', 'lost', 'pending', 'unaccounted', 'duplicates', 'expired', 'ambiguous']
  return record({ ...Object.fromEntries(counts.map((name) => [name, number])), pendingSince: orNull(number), droppedByReason: mapOf(number), ...more })
}

function toProducerCheck(): Check {
  const labels = Object.fromEntries(['environment', 'service', 'serviceVersion', 'instance'].map((name) => [name, orNull(text)]))
  const gaps = listOf(record({ from: number, to: number, events: number, noticedAt: number, after: orNull(number), before: number }))
  return toAccountCheck({ producerId: text, sdk: text, framework: text, state: text, firstSeenAt: number, lastSeenAt: number, spoolBytes: number, gaps, ...labels })
}

function toRequestCheck(): Check {
  return record({
    id: number,
    time: number,
    timeAdjusted: boolean,
    method: text,
    route: orNull(text),
    path: text,
    status: number,
    outcome: text,
    bot: boolean,
    consumerKind: text,
    framework: text,
    tags: orNull(mapOf(text)),
    ...Object.fromEntries(['durationUs', 'upstreamUs', 'upstreamCount', 'requestBytes', 'responseBytes'].map((name) => [name, orNull(number)])),
    ...Object.fromEntries(
      ['host', 'ip', 'country', 'userAgent', 'client', 'clientVersion', 'os', 'device', 'userId', 'apiKeyHash', 'oauthClientId', 'consumer', 'environment', 'service', 'serviceVersion', 'instance', 'errorClass', 'errorFingerprint', 'errorMessage'].map((name) => [name, orNull(text)]),
    ),
  })
}

function toRuleCheck(): Check {
  return record({
    ...Object.fromEntries(['id', 'name', 'metric', 'severity'].map((name) => [name, text])),
    ...Object.fromEntries(['windowMinutes', 'consecutive', 'minRequests', 'suppressMinutes', 'recoverMinutes', 'createdAt', 'evaluatedUntil', 'firing'].map((name) => [name, number])),
    ...{ dimension: orNull(text), filter: orNull(listOf(() => true)), condition: record({ kind: text }), channels: listOf(text), enabled: boolean, fault: orNull(text) },
  })
}

function toIncidentCheck(): Check {
  return record({ id: number, monitor: text, startedAt: number, openedAt: number, endedAt: orNull(number), reason: text })
}

function toMonitorCheck(): Check {
  return record({
    ...Object.fromEntries(['id', 'name', 'url', 'method', 'expectedStatus'].map((name) => [name, text])),
    ...Object.fromEntries(['intervalMs', 'timeoutMs', 'maxRedirects', 'failuresToOpen', 'successesToClose', 'createdAt'].map((name) => [name, number])),
    ...Object.fromEntries(['slowMs', 'certificateDays', 'checkedAt'].map((name) => [name, orNull(number)])),
    ...{ paused: boolean, inMaintenance: boolean, state: orNull(text), reason: orNull(text), headerNames: listOf(text) },
    ...{ body: orNull(record({ rule: text, text })), incident: orNull(toIncidentCheck()) },
    uptime: record({ hours24: orNull(number), days7: orNull(number), days30: orNull(number), days90: orNull(number) }),
    days: listOf(record({ time: number, upMs: number, degradedMs: number, downMs: number, maintenanceMs: number })),
  })
}
