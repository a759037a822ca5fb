import { Type } from '@fastify/type-provider-typebox'
import { BODY_RULES, MONITOR_LIMITS, MONITOR_METHODS, MONITOR_STATES, type MaintenanceWindow, type MonitorCheck, type MonitorIncident, type MonitorLatency, type MonitorReport, type StatusPage } from '@wayside/protocol'
import { MONITOR_DEFAULTS } from '../../monitor/monitor.ts'
import { Instant, Nullable, OneOf, schemaOf } from '../schemas.ts'

const L = MONITOR_LIMITS

export const MonitorId = Type.String({ maxLength: 64, description: 'Id of a monitor.' })

const settings = {
  name: Type.String({ maxLength: L.nameLength, description: 'What people call it.' }),
  url: Type.String({ maxLength: L.urlLength, description: 'What is asked: an address that begins with http:// or https://.' }),
  method: OneOf(MONITOR_METHODS, `How it is asked; ${MONITOR_DEFAULTS.method} where absent.`),
  intervalMs: Type.Integer({ minimum: L.minIntervalMs, maximum: L.maxIntervalMs, description: 'Milliseconds between checks.' }),
  timeoutMs: Type.Integer({ minimum: L.minTimeoutMs, maximum: L.maxTimeoutMs, description: 'Milliseconds that a check may take, redirects included.' }),
  expectedStatus: Type.String({ maxLength: L.statusLength, description: 'Codes and ranges, such as `200-299, 404`.' }),
  body: Type.Union(
    [
      Type.Null(),
      Type.Object(
        { rule: OneOf(BODY_RULES, '`matches` takes a pattern of RE2.'), text: Type.String({ maxLength: L.bodyTextLength }) },
        { additionalProperties: false },
      ),
    ],
    { description: 'What the first 256 KiB of the body must be like; null for anything.' },
  ),
  maxRedirects: Type.Integer({ minimum: 0, maximum: L.maxRedirects, description: 'Redirects that are followed; with 0 a redirect is itself the answer.' }),
  slowMs: Nullable(Type.Integer({ minimum: 1, maximum: L.maxTimeoutMs, description: 'Milliseconds after which an answer counts as degraded; null for none.' })),
  certificateDays: Nullable(Type.Integer({ minimum: 0, maximum: L.maxCertificateDays, description: 'A certificate that ends in fewer days counts as degraded; null for any.' })),
  failuresToOpen: Type.Integer({ minimum: 1, maximum: L.maxTries, description: 'Checks in a row that must fail before an incident opens.' }),
  successesToClose: Type.Integer({ minimum: 1, maximum: L.maxTries, description: 'Checks in a row that must succeed before it closes.' }),
  paused: Type.Boolean({ description: 'Whether it is not checked for now.' }),
}
const headers = Type.Record(Type.String(), Type.String({ maxLength: L.headerLength }), { description: 'Headers that are sent. They are never shown again.' })

/** All of it may be left out. */
const optional = Type.Partial(Type.Object({ ...settings, headers })).properties
export const MonitorBody = Type.Object({ ...optional, name: settings.name, url: settings.url }, { additionalProperties: false })
export const MonitorChanges = Type.Object(optional, { additionalProperties: false })

export const IncidentAnswer = schemaOf<MonitorIncident>()(
  Type.Object({
    id: Type.Integer(),
    monitor: MonitorId,
    startedAt: Instant('The first check that failed.'),
    openedAt: Instant('When as many had failed as it takes.'),
    endedAt: Nullable(Instant('The first check that succeeded; null while it is open.')),
    reason: Type.String({ description: 'Why it was down, to follow "because".' }),
  }),
)

const Part = (description: string) => Nullable(Type.Number({ minimum: 0, maximum: 1, description }))

export const MonitorAnswer = schemaOf<MonitorReport>()(
  Type.Object({
    id: MonitorId,
    ...settings,
    headerNames: Type.Array(Type.String()),
    createdAt: Instant('When it was made.'),
    state: Type.Unsafe<MonitorReport['state']>({ type: ['string', 'null'], enum: [...MONITOR_STATES, null], description: 'What the last check found; null before the first.' }),
    reason: Nullable(Type.String({ description: 'Why it is not simply up, to follow "because".' })),
    checkedAt: Nullable(Instant('The last check.')),
    inMaintenance: Type.Boolean(),
    incident: Type.Union([Type.Null(), IncidentAnswer], { description: 'The one that is open.' }),
    uptime: Type.Object(
      { hours24: Part('The last 24 hours.'), days7: Part('The last 7 days.'), days30: Part('The last 30 days.'), days90: Part('The last 90 days.') },
      { description: 'The part of the known time in which it was not down, maintenance left out; null where nothing is known.' },
    ),
    days: Type.Array(
      Type.Object({ time: Instant('When the day begins in the time zone of the project.'), upMs: Type.Integer(), degradedMs: Type.Integer(), downMs: Type.Integer(), maintenanceMs: Type.Integer() }),
      { description: 'The last 90 days, the oldest first: milliseconds by what was known of the target.' },
    ),
  }),
)

const Phase = (description: string) => Nullable(Type.Integer({ description: `${description} Microseconds; null where it did not take place.` }))

export const CheckAnswer = schemaOf<MonitorCheck>()(
  Type.Object({
    at: Instant('When it began.'),
    state: OneOf(MONITOR_STATES, 'What it found.'),
    reason: Nullable(Type.String({ description: 'Why it is not simply up, to follow "because".' })),
    status: Nullable(Type.Integer({ description: 'The status of the answer; null when there was none.' })),
    dnsUs: Phase('Resolving names.'),
    connectUs: Phase('Connecting.'),
    tlsUs: Phase('Agreeing on TLS.'),
    firstByteUs: Phase('From the request to the first byte of its answer.'),
    totalUs: Type.Integer({ description: 'All of it, microseconds.' }),
    certificateEndsAt: Nullable(Instant('When the certificate ends; null without TLS.')),
  }),
)

const Us = (description: string) => Nullable(Type.Integer({ description: `${description} Microseconds, within 2 %.` }))
export const LatencyAnswer = schemaOf<MonitorLatency>()(
  Type.Object({
    hours: Type.Array(
      Type.Object({ time: Instant('When the hour begins.'), checks: Type.Integer({ description: 'Answers in it.' }), p50Us: Type.Integer(), p95Us: Type.Integer(), p99Us: Type.Integer() }),
    ),
    p50Us: Us('Half of all answers were as fast.'),
    p95Us: Us('95 % of all answers were as fast.'),
    p99Us: Us('99 % of all answers were as fast.'),
  }),
)

const window = {
  monitor: Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 64, description: 'Id of a monitor; null for all of the project.' }),
  from: Instant('When it begins.'),
  to: Instant('When it ends.'),
  note: Type.String({ maxLength: 200, description: 'What is done, for status pages.' }),
}
export const WindowBody = Type.Object(window, { additionalProperties: false })
export const WindowAnswer = schemaOf<MaintenanceWindow>()(Type.Object({ id: Type.Integer(), ...window }))

export const Slug = Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{1,62}[a-z0-9])$', maxLength: 64, description: 'The last part of its address: 3 to 64 small letters, digits and dashes.' })
const page = {
  slug: Slug,
  title: Type.String({ minLength: 1, maxLength: 100, pattern: '^\\S(?:[^\\p{C}]*\\S)?$' }),
  description: Type.String({ maxLength: 500 }),
  showsTraffic: Type.Boolean({ description: 'Whether it says what part of the real requests was answered without a server error.' }),
  monitors: Type.Array(Type.Object({ monitor: MonitorId, name: Type.String({ minLength: 1, maxLength: L.nameLength }) }, { additionalProperties: false }), {
    maxItems: L.perProject,
    description: 'What it shows, in this order, by these names.',
  }),
}
export const PageBody = Type.Object(page, { additionalProperties: false })
export const PageAnswer = schemaOf<StatusPage>()(Type.Object(page))
