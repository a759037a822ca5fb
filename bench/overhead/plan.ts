/** What is mounted on an app; the apps of `app/` know each by its name. */
export const VARIANT_NAMES = {
  bare: 'bare',
  'bare-again': 'bare against itself',
  noop: 'no-op `finish` listener',
  wayside: '**Wayside**',
  apitally: 'Apitally',
  'api-analytics': 'node-api-analytics',
  prom: 'prom-client histogram',
  pino: 'pino-http to null',
  'otel-metrics': 'OpenTelemetry metrics',
  'otel-traces': 'OpenTelemetry traces',
  moesif: 'Moesif',
  'readme-30': 'ReadMe, batches of 30',
  readme: 'ReadMe, default',
} as const

export type Variant = keyof typeof VARIANT_NAMES

export type Framework = 'express' | 'fastify' | 'koa' | 'nestjs'

export const FRAMEWORK_NAMES: Readonly<Record<Framework, string>> = { express: 'Express 5', fastify: 'Fastify 5', koa: 'Koa 3', nestjs: 'NestJS 12' }

/** Variants whose apps run at the same time and take turns; each is compared with the `bare` of its own group. */
export interface Group {
  readonly framework: Framework
  readonly variants: readonly Variant[]
  readonly rounds: number
}

export interface PlanOptions {
  /** Rounds of the main variants on Express and Fastify; the others never get more. */
  readonly rounds: number
  readonly frameworks: readonly Framework[]
  /** Whether the peers beside Apitally are measured too; they take two thirds of the time. */
  readonly peers: boolean
}

const MAIN: readonly Variant[] = ['bare', 'bare-again', 'noop', 'wayside', 'apitally']

const PEERS: Readonly<Record<Framework, readonly Variant[]>> = {
  express: ['bare', 'api-analytics', 'prom', 'pino', 'otel-metrics', 'otel-traces', 'moesif', 'readme-30', 'readme'],
  // Moesif and ReadMe have no middleware for Fastify.
  fastify: ['bare', 'api-analytics', 'prom', 'pino', 'otel-metrics', 'otel-traces'],
  koa: ['bare', 'api-analytics', 'prom', 'pino', 'otel-metrics', 'otel-traces', 'moesif'],
  nestjs: ['bare', 'api-analytics', 'prom', 'pino', 'otel-metrics', 'otel-traces', 'moesif', 'readme-30', 'readme'],
}

/** Rounds where the question is a rank, not a few microseconds; six are the fewest that give a 95 % interval. */
const ROUNDS_OF_PEERS = 6
const ROUNDS_ON_KOA_AND_NESTJS = 8

export function toPlan({ rounds, frameworks, peers }: PlanOptions): readonly Group[] {
  const main = (of: Framework) => Math.min(rounds, of === 'express' || of === 'fastify' ? rounds : ROUNDS_ON_KOA_AND_NESTJS)
  return frameworks.flatMap((each) => [
    { framework: each, variants: MAIN, rounds: main(each) },
    ...(peers ? [{ framework: each, variants: PEERS[each], rounds: Math.min(rounds, ROUNDS_OF_PEERS) }] : []),
  ])
}
