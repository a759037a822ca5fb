// Child process: one SDK captures events and the process ends as it is told. It tells what it did in lines on its
// standard output, written at once, so that nothing but the SDK keeps it alive. Argument: an `AppOrder` as JSON.
import { writeSync } from 'node:fs'
import process from 'node:process'
import { createRandom } from '../../../scripts/random.ts'
import { requests } from '../../fixture.ts'
import type { Variant } from '../variants.ts'
import { startBare } from './bare.ts'
import { startOpenTelemetry } from './opentelemetry.ts'
import { startPostHog } from './posthog.ts'
import { startRudderStack } from './rudderstack.ts'
import type { CapturedEvent, StartSdk } from './sdk.ts'
import { startSegment } from './segment.ts'
import { startSentry } from './sentry.ts'
import { startWayside, startWaysideWithSpool } from './wayside.ts'

export interface AppOrder {
  readonly variant: Variant
  readonly collectorUrl: string
  readonly key: string
  readonly events: number
  /** Events a second; `null` for all in one turn of the event loop. */
  readonly perSecond: number | null
  /** Characters of text in each event beside what the fixture has. */
  readonly fillerLength: number
  readonly end: End
}

/**
 * How the process ends, in the turn of the last event. `told` waits until standard input ends. `handled` is a SIGTERM
 * whose listener awaits what the SDK's documentation tells an app to await.
 */
export type End = 'natural' | 'exit' | 'SIGTERM' | 'SIGINT' | 'uncaught' | 'handled' | 'told'

export type AppMessage =
  | { readonly kind: 'started'; readonly rssBytes: number }
  /** The last event is handed in. `at` is milliseconds since 1970. */
  | { readonly kind: 'captured'; readonly at: number; readonly rssBytes: number }

const STARTS: Readonly<Record<Variant, StartSdk>> = {
  bare: startBare,
  wayside: startWayside,
  'wayside-spool': startWaysideWithSpool,
  opentelemetry: startOpenTelemetry,
  sentry: startSentry,
  segment: startSegment,
  posthog: startPostHog,
  rudderstack: startRudderStack,
}

const IDLE_MS = 1_000

// The one who starts this process makes the argument.
const order = JSON.parse(process.argv[2] ?? '') as AppOrder
const sdk = STARTS[order.variant](order)
const source = requests()
const random = createRandom(7)
// An app that runs has done what it does at its start.
await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
tell({ kind: 'started', rssBytes: process.memoryUsage.rss() })
const startedMs = performance.now()
let done = 0
setImmediate(captureDue)

/** Hands in what is due. The last event and the end are in one turn of the event loop: nothing runs in between. */
function captureDue(): void {
  const { events, perSecond } = order
  const due = perSecond === null ? events : Math.min(events, Math.ceil(((performance.now() - startedMs) * perSecond) / 1_000))
  for (; done < due; done++) sdk.capture(toEvent(done))
  if (done < events) return void setTimeout(captureDue, 10)
  tell({ kind: 'captured', at: Date.now(), rssBytes: process.memoryUsage.rss() })
  end(order.end)
}

function toEvent(number: number): CapturedEvent {
  const next = source.next()
  if (next.done === true) throw new Error('the fixture has ended')
  return { ...next.value, number, path: `/v1/items/${number}`, filler: makeFiller(order.fillerLength) }
}

function makeFiller(length: number): string {
  let text = ''
  while (text.length < length) text += Math.floor(random() * 2 ** 48).toString(36)
  return text.slice(0, length)
}

function end(how: End): void {
  switch (how) {
    case 'natural':
      return
    case 'exit':
      process.exit(0)
    case 'handled':
      process.once('SIGTERM', () => void sdk.shutdown().finally(() => process.exit(0)))
      return signalSelf('SIGTERM')
    case 'SIGTERM':
    case 'SIGINT':
      return signalSelf(how)
    case 'uncaught':
      throw new Error('the app has a bug')
    case 'told':
      process.stdin.resume()
      return
    default:
      how satisfies never
  }
}

function signalSelf(signal: 'SIGTERM' | 'SIGINT'): void {
  // A server that listens, as far as the event loop is concerned.
  setInterval(() => undefined, 60_000)
  process.kill(process.pid, signal)
}

function tell(message: AppMessage): void {
  writeSync(1, `@${JSON.stringify(message)}\n`)
}
