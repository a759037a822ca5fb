import { Type } from '@fastify/type-provider-typebox'
import { ALERT_LIMITS, ALERT_SEVERITIES, ALERT_WINDOWS, CHANNEL_KINDS, COMPARISONS, METRICS, type Alert, type AlertCondition, type AlertDryRun, type AlertRule, type AlertRuleInput, type AlertTemplate, type Channel, type ChannelsList, type Filter } from '@wayside/protocol'
import { Instant, Nullable, OneOf, schemaOf } from '../schemas.ts'

const L = ALERT_LIMITS
const closed = { additionalProperties: false } as const

const History = Type.Integer({ minimum: 1, maximum: L.maxHistory, description: 'Windows before that it is held against.' })
const MinHistory = Type.Integer({ minimum: 1, maximum: L.maxHistory, description: 'With fewer of them nothing is said.' })
const MinEvents = Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'A consumer with fewer requests is only learnt of.' })
const Percentile = Type.Number({ minimum: 0, maximum: 100 })

const Condition = Type.Unsafe<AlertCondition>(
  Type.Union(
    [
      Type.Object({ kind: Type.Literal('threshold'), comparison: OneOf(COMPARISONS, 'How the value is held against it.'), value: Type.Number() }, closed),
      Type.Object(
        { kind: Type.Literal('percentile'), percentile: Type.Number({ minimum: 50, maximum: 100 }), factor: Type.Number({ minimum: 1, maximum: 1_000, description: 'How many times the percentile.' }), history: History, minHistory: MinHistory },
        closed,
      ),
      Type.Object(
        { kind: Type.Literal('band'), low: Percentile, high: Percentile, history: History, minHistory: MinHistory, minExpected: Type.Number({ minimum: 0, description: 'Below the band counts where the median is at least this.' }) },
        closed,
      ),
      Type.Object({ kind: Type.Literal('newValue'), history: History }, closed),
      Type.Object(
        {
          kind: Type.Literal('accessPattern'),
          probability: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'So rare a part of the steps of a consumer from an endpoint is unusual.' }),
          withinMinutes: Type.Integer({ minimum: 1, maximum: L.maxMinutes, description: 'Requests that are further apart are no step.' }),
          minEvents: MinEvents,
        },
        closed,
      ),
      Type.Object({ kind: Type.Literal('unseenSource'), minEvents: MinEvents, staleDays: Type.Integer({ minimum: 1, maximum: 365, description: 'After so many days an address is new again.' }) }, closed),
    ],
    { description: 'When a value is one to tell of: a fixed threshold, above a percentile of its own windows before, outside of a band of them, a value of the dimension that none of them had, an unusual step of a consumer from endpoint to endpoint, or an address that it did not come from.' },
  ),
)

const minutes = (description: string) => Type.Integer({ minimum: 0, maximum: L.maxMinutes, description })
const rule = {
  name: Type.String({ minLength: 1, maxLength: L.nameLength, description: 'What people call it.' }),
  metric: OneOf(METRICS, 'What is measured in each window, as queries do.'),
  filter: Type.Unsafe<Filter | null>({ description: 'Which requests count, as in queries; null for all.' }),
  dimension: Type.Unsafe<AlertRuleInput['dimension']>({ type: ['string', 'null'], maxLength: 200, description: 'Each value of it is watched by itself, at most 1,000; null for all requests together.' }),
  windowMinutes: Type.Unsafe<AlertRuleInput['windowMinutes']>({ type: 'integer', enum: ALERT_WINDOWS, description: 'Minutes of traffic that are looked at. Thresholds slide; what is held against others does not overlap.' }),
  condition: Condition,
  consecutive: Type.Integer({ minimum: 1, maximum: L.maxConsecutive, description: 'Windows in a row that must meet the condition.' }),
  minRequests: Type.Integer({ minimum: 0, description: 'Windows with fewer requests of a value say nothing about it.' }),
  severity: OneOf(ALERT_SEVERITIES, 'How much it matters.'),
  suppressMinutes: minutes('After it was told of, a value is not told of again for so long.'),
  recoverMinutes: minutes('An alert ends after so long without a window that meets the condition.'),
  channels: Type.Array(Type.String({ maxLength: 64 }), { maxItems: L.channelsPerRule, uniqueItems: true, description: 'Ids of channels that are told.' }),
  enabled: Type.Boolean(),
}
/** What is left out. */
export const RULE_DEFAULTS: Omit<AlertRuleInput, 'name' | 'metric' | 'windowMinutes' | 'condition'> = Object.freeze({ filter: null, dimension: null, consecutive: 1, minRequests: 0, severity: 'moderate', suppressMinutes: 10, recoverMinutes: 10, channels: [], enabled: true })

const optional = Type.Partial(Type.Object(rule)).properties
const needed = { name: rule.name, metric: rule.metric, windowMinutes: rule.windowMinutes, condition: rule.condition }
export const RuleBody = Type.Object({ ...optional, ...needed }, closed)
export const RuleChanges = Type.Object(optional, closed)
export const DryRunBody = Type.Object({ rule: RuleBody, hours: Type.Integer({ minimum: 1, maximum: 24 * 31, description: 'How far back. At most 300 windows are looked at.' }) }, closed)
export const TemplateBody = Type.Object(
  {
    template: Type.String({ maxLength: 100 }),
    parameters: Type.Optional(Type.Record(Type.String(), Type.Number(), { description: 'Those that are not to be the default.' })),
    name: Type.Optional(rule.name),
    channels: Type.Optional(rule.channels),
  },
  closed,
)

export const RuleAnswer = schemaOf<AlertRule>()(
  Type.Object({
    id: Type.String(),
    ...rule,
    createdAt: Instant('When it was made.'),
    evaluatedUntil: Instant('The end of the last window that was looked at.'),
    fault: Nullable(Type.String({ description: 'Why it could not be evaluated last; null when it could.' })),
    firing: Type.Integer({ description: 'Alerts of it that go on.' }),
  }),
)

const found = {
  value: Nullable(Type.String({ description: 'The value of the dimension; null for all requests.' })),
  observed: Nullable(Type.Number({ description: 'What was measured in the window that it began with.' })),
  bound: Nullable(Type.Number({ description: 'What it was held against.' })),
  message: Type.String(),
  startedAt: Instant('The end of the window that it began with.'),
  endedAt: Nullable(Instant('null while it goes on.')),
}
export const AlertAnswer = schemaOf<Alert>()(
  Type.Object({
    id: Type.String(),
    rule: Nullable(Type.String({ description: 'Id of the rule; null when it was removed.' })),
    ruleName: Type.String(),
    severity: rule.severity,
    ...found,
    lastSeenAt: Instant('The end of the last window that met the condition.'),
    acknowledgedAt: Nullable(Instant('When somebody said that they know.')),
    acknowledgedBy: Nullable(Type.String()),
  }),
)
export const DryRunAnswer = schemaOf<AlertDryRun>()(
  Type.Object({ from: Instant('The beginning of the first window.'), to: Instant('The end of the last.'), windows: Type.Integer(), alerts: Type.Array(Type.Object(found)) }),
)

export const TemplateAnswer = schemaOf<AlertTemplate>()(
  Type.Object({
    name: Type.String(),
    title: Type.String(),
    description: Type.String(),
    parameters: Type.Array(Type.Object({ name: Type.String(), description: Type.String(), default: Type.Number(), min: Type.Number(), max: Type.Number() })),
  }),
)

export const ChannelBody = Type.Object(
  {
    kind: OneOf(CHANNEL_KINDS, '`slack` is anything that takes incoming webhooks as Slack does.'),
    name: Type.String({ minLength: 1, maxLength: L.nameLength }),
    address: Type.String({ maxLength: 2_048, description: 'An e-mail address, or where is posted to: http:// or https://. It is never shown again.' }),
  },
  closed,
)
const channel = {
  id: Type.String(),
  kind: ChannelBody.properties.kind,
  name: Type.String(),
  target: Type.String({ description: 'An e-mail address, or a host.' }),
  createdAt: Instant('When it was made.'),
  deliveredAt: Nullable(Instant('When something was handed over last.')),
  problem: Nullable(Type.String({ description: 'Why what came last could not be handed over; null when it could.' })),
  failed: Type.Integer({ description: 'Given up since something was handed over.' }),
}
const ChannelAnswer = schemaOf<Channel>()(Type.Object(channel))
export const ChannelsAnswer = schemaOf<ChannelsList>()(
  Type.Object({
    canMail: Type.Boolean({ description: 'Whether the server knows how to send e-mail.' }),
    mayWatch: Type.Boolean({ description: 'Whether you may change rules; nobody else is told of channels.' }),
    mayChange: Type.Boolean({ description: 'Whether you may change channels.' }),
    channels: Type.Array(ChannelAnswer),
  }),
)
export const NewChannelAnswer = schemaOf<Channel & { readonly secret: string | null }>()(
  Type.Object({ ...channel, secret: Nullable(Type.String({ description: 'What a webhook is signed with. It is not shown again.' })) }),
)
