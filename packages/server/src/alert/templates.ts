import type { AlertRuleInput, AlertTemplate } from '@wayside/protocol'

/** A template with what it makes. */
export interface RuleTemplate extends AlertTemplate {
  readonly make: (parameters: Readonly<Record<string, number>>) => AlertRuleInput
}

const BASE = { filter: null, dimension: null, consecutive: 1, minRequests: 0, severity: 'moderate', suppressMinutes: 10, recoverMinutes: 10, channels: [], enabled: true } as const
const parameter = (name: string, description: string, value: number, min: number, max: number) => ({ name, description, default: value, min, max })
const get = (parameters: Readonly<Record<string, number>>, name: string): number => parameters[name] ?? 0

/** The kinds of alerts that API managers know, with the figures that these begin with. */
export const RULE_TEMPLATES: readonly RuleTemplate[] = [
  {
    name: 'response-time',
    title: 'Abnormal response time',
    description: 'An endpoint answers more slowly than it mostly does: its 95th percentile in a quarter of an hour is above a percentile of its own last week.',
    parameters: [
      parameter('percentile', 'Of the quarters of an hour before.', 95, 50, 100),
      parameter('factor', 'How many times that percentile.', 1.5, 1, 100),
      parameter('minRequests', 'Quarters with fewer requests say nothing.', 20, 1, 1_000_000),
    ],
    make: (given) => ({
      ...BASE,
      name: 'Abnormal response time',
      metric: 'p95',
      dimension: 'endpoint',
      windowMinutes: 15,
      condition: { kind: 'percentile', percentile: get(given, 'percentile'), factor: get(given, 'factor'), history: 672, minHistory: 8 },
      minRequests: get(given, 'minRequests'),
      recoverMinutes: 15,
    }),
  },
  {
    name: 'upstream-time',
    title: 'Abnormal upstream time',
    description: 'Requests of an endpoint wait long for what it calls: more than so many of them in five minutes.',
    parameters: [parameter('milliseconds', 'What is long.', 1_000, 1, 3_600_000), parameter('requests', 'More than so many in five minutes.', 5, 0, 1_000_000)],
    make: (given) => ({
      ...BASE,
      name: 'Abnormal upstream time',
      metric: 'requests',
      filter: ['gt', 'upstreamMs', get(given, 'milliseconds')],
      dimension: 'endpoint',
      windowMinutes: 5,
      condition: { kind: 'threshold', comparison: 'gt', value: get(given, 'requests') },
      severity: 'mild',
    }),
  },
  {
    name: 'request-count',
    title: 'Abnormal request count',
    description: 'There are more requests than in nearly all quarters of an hour of the last week, or fewer: spikes and drops.',
    parameters: [
      parameter('low', 'Percentile below which it is a drop.', 1, 0, 49),
      parameter('high', 'Percentile above which it is a spike.', 99, 51, 100),
      parameter('minExpected', 'A drop counts where so many requests are usual.', 20, 1, 1_000_000),
    ],
    make: (given) => ({
      ...BASE,
      name: 'Abnormal request count',
      metric: 'requests',
      windowMinutes: 15,
      condition: { kind: 'band', low: get(given, 'low'), high: get(given, 'high'), history: 672, minHistory: 8, minExpected: get(given, 'minExpected') },
      recoverMinutes: 15,
    }),
  },
  {
    name: 'access-pattern',
    title: 'Unusual access pattern',
    description: 'A consumer goes from one endpoint to another as it hardly ever did. What is usual is learnt from each consumer, and goes on being learnt.',
    parameters: [
      parameter('probability', 'So rare a part of its steps from there is unusual, 0 to 1.', 0.01, 0.0001, 0.5),
      parameter('withinMinutes', 'Requests that are further apart are no step.', 60, 1, 1_440),
      parameter('minEvents', 'A consumer with fewer requests is only learnt of.', 500, 1, 1_000_000),
    ],
    make: (given) => ({
      ...BASE,
      name: 'Unusual access pattern',
      metric: 'requests',
      dimension: 'consumer',
      windowMinutes: 5,
      condition: { kind: 'accessPattern', probability: get(given, 'probability'), withinMinutes: get(given, 'withinMinutes'), minEvents: get(given, 'minEvents') },
      severity: 'severe',
    }),
  },
  {
    name: 'unseen-source',
    title: 'Unseen source',
    description: 'A consumer comes from an address that it did not come from before, or not for long. Only at privacy level 0, where addresses are kept.',
    parameters: [
      parameter('minEvents', 'A consumer with fewer requests is only learnt of.', 100, 1, 1_000_000),
      parameter('staleDays', 'After so many days an address is new again.', 30, 1, 365),
    ],
    make: (given) => ({
      ...BASE,
      name: 'Unseen source',
      metric: 'requests',
      dimension: 'consumer',
      windowMinutes: 5,
      condition: { kind: 'unseenSource', minEvents: get(given, 'minEvents'), staleDays: get(given, 'staleDays') },
    }),
  },
  {
    name: 'limit-hitting',
    title: 'Frequent limit hitting',
    description: 'A consumer is told 429 again and again.',
    parameters: [parameter('requests', 'More than so many within an hour.', 10, 0, 1_000_000)],
    make: (given) => ({
      ...BASE,
      name: 'Frequent limit hitting',
      metric: 'requests',
      filter: ['is', 'status', [429]],
      dimension: 'consumer',
      windowMinutes: 60,
      condition: { kind: 'threshold', comparison: 'gt', value: get(given, 'requests') },
      severity: 'mild',
    }),
  },
  {
    name: 'health',
    title: 'Health',
    description: 'An endpoint fails: so large a part of its requests ends with 5xx, for so many minutes in a row. It recovers after ten minutes without.',
    parameters: [
      parameter('share', 'Part of the requests, 0 to 1.', 0.5, 0.001, 1),
      parameter('minutes', 'Minutes in a row.', 2, 1, 60),
      parameter('minRequests', 'Minutes with fewer requests say nothing.', 5, 1, 1_000_000),
    ],
    make: (given) => ({
      ...BASE,
      name: 'Health',
      metric: 'errorRate',
      // Errors of clients are left out of both: of what is left, errors are those of the server.
      filter: ['not', ['is', 'statusClass', ['4xx']]],
      dimension: 'endpoint',
      windowMinutes: 1,
      condition: { kind: 'threshold', comparison: 'gte', value: get(given, 'share') },
      consecutive: get(given, 'minutes'),
      minRequests: get(given, 'minRequests'),
      severity: 'severe',
    }),
  },
  {
    name: 'bots',
    title: 'Bots',
    description: 'A crawler, monitor or AI agent asks more than so many times within an hour.',
    parameters: [parameter('requests', 'More than so many within an hour.', 1_000, 0, 100_000_000)],
    make: (given) => ({
      ...BASE,
      name: 'Bots',
      metric: 'requests',
      filter: ['is', 'bot', [true]],
      dimension: 'client',
      windowMinutes: 60,
      condition: { kind: 'threshold', comparison: 'gt', value: get(given, 'requests') },
      severity: 'mild',
    }),
  },
  {
    name: 'new-country',
    title: 'A country that is new',
    description: 'Requests come from a country from which none came in the last two weeks.',
    parameters: [parameter('minRequests', 'At least so many within an hour.', 10, 1, 1_000_000)],
    make: (given) => ({ ...BASE, name: 'A country that is new', metric: 'requests', dimension: 'country', windowMinutes: 60, condition: { kind: 'newValue', history: 336 }, minRequests: get(given, 'minRequests'), severity: 'mild' }),
  },
]
