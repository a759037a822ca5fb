import type { End } from './app/app.ts'

/** What happens to an app and its collector. */
export interface Situation {
  readonly title: string
  /**
   * `down`: nobody listens, from before the start to after the end. `blackhole`: connections are taken and never answered.
   * `forgetful`: takes every request and loses the answer to every second one. `outage`: down while events are captured.
   */
  readonly collector: 'healthy' | 'down' | 'blackhole' | 'forgetful' | 'outage'
  readonly events: number
  /** `null` for all in one turn of the event loop. */
  readonly perSecond: number | null
  readonly fillerLength: number
  readonly end: End
  /** Ends by itself and is timed; is left alone until it has delivered what it will; or is only weighed. */
  readonly asks: 'exit' | 'delivery' | 'memory'
  readonly rounds: number
}

export interface SituationsOptions {
  /** Rounds of the short ones. */
  readonly rounds: number
  /** Fewer events and shorter outages, to see that everything works. */
  readonly quick: boolean
}

export function toSituations({ rounds, quick }: SituationsOptions): readonly Situation[] {
  const burst = { events: 500, perSecond: null, fillerLength: 0, asks: 'exit', rounds } as const
  const steady = { ...burst, perSecond: 100, events: quick ? 100 : 500 }
  // Long enough for every SDK to have tried: the longest interval between two batches is ten seconds.
  const running = { ...burst, perSecond: 100, events: quick ? 600 : 1_200 }
  const outageS = quick ? 5 : 60
  const deadEvents = quick ? 10_000 : 60_000
  return [
    { ...burst, title: 'Natural end', collector: 'healthy', end: 'natural' },
    { ...burst, title: '`process.exit(0)`', collector: 'healthy', end: 'exit' },
    { ...burst, title: 'SIGTERM without a handler', collector: 'healthy', end: 'SIGTERM' },
    { ...burst, title: 'SIGINT without a handler', collector: 'healthy', end: 'SIGINT' },
    { ...burst, title: 'SIGTERM with the documented handler', collector: 'healthy', end: 'handled' },
    { ...burst, title: 'Uncaught exception', collector: 'healthy', end: 'uncaught' },
    { ...steady, title: `\`process.exit(0)\` after ${steady.events} events at 100 a second`, collector: 'healthy', end: 'exit' },
    { ...steady, title: `SIGTERM without a handler after ${steady.events} events at 100 a second`, collector: 'healthy', end: 'SIGTERM' },
    { ...running, title: 'Natural end, collector down', collector: 'down', end: 'natural' },
    { ...running, title: 'Natural end, collector hangs', collector: 'blackhole', end: 'natural' },
    {
      title: 'The acknowledgement of every second request is lost',
      collector: 'forgetful',
      events: quick ? 500 : 2_000,
      perSecond: 400,
      fillerLength: 0,
      end: 'told',
      asks: 'delivery',
      rounds: 1,
    },
    {
      title: `Collector down for ${outageS} s at 1,000 events a second, then back`,
      collector: 'outage',
      events: outageS * 1_000,
      perSecond: 1_000,
      fillerLength: 0,
      end: 'told',
      asks: 'delivery',
      rounds: 1,
    },
    {
      title: `Collector down for ${deadEvents.toLocaleString('en')} events of about 1 KB`,
      collector: 'down',
      events: deadEvents,
      perSecond: 2_000,
      fillerLength: 700,
      end: 'told',
      asks: 'memory',
      rounds: 1,
    },
  ]
}
