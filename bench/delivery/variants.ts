/** What is measured; `bare` is the app without any SDK. */
export const VARIANT_NAMES = {
  bare: 'no SDK',
  wayside: '**Wayside**',
  'wayside-spool': "**Wayside**, `spool: 'overflow'`",
  opentelemetry: 'OpenTelemetry',
  sentry: 'Sentry',
  segment: 'Segment',
  posthog: 'PostHog',
  rudderstack: 'RudderStack',
} as const

export type Variant = keyof typeof VARIANT_NAMES

export const OWN_VARIANTS = ['wayside', 'wayside-spool'] as const satisfies readonly Variant[]
export const PEERS = ['opentelemetry', 'sentry', 'segment', 'posthog', 'rudderstack'] as const satisfies readonly Variant[]

export type Peer = (typeof PEERS)[number]
