import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type FaultProxy, LOST_ACKNOWLEDGEMENT, PASS, createFaultProxy, everyNth } from '../../packages/testing/src/fault-proxy.ts'
import { type AppProcess, startApp } from './app-process.ts'
import type { AppOrder } from './app/app.ts'
import type { Collector } from './collector.ts'
import type { Situation } from './situations.ts'
import type { Variant } from './variants.ts'

/** What became of one app in one situation. */
export interface Outcome {
  readonly sent: number
  /** Distinct events that the collector held when the app had ended, or had delivered what it would. */
  readonly delivered: number
  /** The same after the app's next start; equal where the SDK keeps nothing on disk. */
  readonly afterNextStart: number
  /** Copies beyond the first. */
  readonly duplicates: number
  /** From the last event to the end of the process; `null` where it did not end by itself. */
  readonly exitMs: number | null
  /** From the start of the SDK to the last event, MiB; `null` where the process ended before. */
  readonly rssGrowthMib: number | null
  /** Such as `exit 0`; `RUNNING` when it had to be killed or was not to end. */
  readonly ended: string
  readonly complaint: string
}

export const RUNNING = 'still running'
/** An app that has not ended by itself so long after its last event is killed. */
export const MAX_EXIT_MS = 60_000
/** SDKs that keep events on disk. */
const KEEPS_ON_DISK: readonly Variant[] = ['wayside-spool']
/** How long an app that still lacks events gets without any progress: peers wait up to a minute between attempts. */
const STUCK_MS = 60_000
const MAX_DELIVERY_MS = 180_000
/** What an app may take to hand in its events: the queue of one peer takes longer for each that waits. */
const MAX_CAPTURE_MS = 300_000
/** How long late copies are waited for once all is there, or the process is gone. */
const SETTLE_MS = 1_500
const LATE_COPIES_MS = 5_000
const NEXT_START_MS = 10_000

export async function runSituation(situation: Situation, variant: Variant, collector: Collector): Promise<Outcome> {
  const proxy = await createFaultProxy(collector.url)
  const home = await mkdtemp(join(tmpdir(), 'wayside-bench-'))
  const { events, perSecond, fillerLength, end } = situation
  const order: AppOrder = { variant, collectorUrl: proxy.url, key: collector.key, events, perSecond, fillerLength, end }
  const app = startApp(order, home)
  try {
    await makeTrouble(situation, proxy)
    const started = await app.told('started')
    if (started === null) throw new Error(`${variant} did not start:\n${(await app.ended).complaint}`)
    const captured = await Promise.race([app.told('captured'), wait(MAX_CAPTURE_MS, null, { ref: false })])
    const rssGrowthMib = captured === null ? null : (captured.rssBytes - started.rssBytes) / 1_048_576
    const ended = captured === null ? ((await Promise.race([app.ended, wait(0, null)]))?.how ?? RUNNING) : await finish(situation, app, proxy, collector)
    app.kill()
    const { complaint, at } = await app.ended
    const delivered = await settledCount(collector)
    const comesBack = situation.asks === 'exit' && delivered < events && KEEPS_ON_DISK.includes(variant)
    const afterNextStart = comesBack ? await startAgain(order, home, proxy, collector) : delivered
    const exitMs = ended === RUNNING || captured === null ? null : at - captured.at
    return { sent: events, delivered, afterNextStart, duplicates: await countDuplicates(collector), exitMs, rssGrowthMib, ended, complaint }
  } finally {
    app.kill()
    await proxy.close()
    await rm(home, { recursive: true, force: true })
  }
}

async function makeTrouble({ collector }: Situation, proxy: FaultProxy): Promise<void> {
  switch (collector) {
    case 'healthy':
      return
    case 'down':
    case 'outage':
      return proxy.closePort()
    case 'blackhole':
      return proxy.use({ kind: 'blackhole' })
    case 'forgetful':
      return proxy.use(everyNth(2, LOST_ACKNOWLEDGEMENT))
    default:
      collector satisfies never
  }
}

/** Waits for what the situation is about. Returns how the app ended by itself. */
async function finish({ asks, collector: state, events }: Situation, app: AppProcess, proxy: FaultProxy, collector: Collector): Promise<string> {
  if (state === 'outage') await proxy.openPort()
  if (asks === 'delivery') await deliveredOrStuck(collector, events, app)
  const ended = await Promise.race([app.ended, wait(asks === 'exit' ? MAX_EXIT_MS : 0, null, { ref: false })])
  return ended?.how ?? RUNNING
}

/** Until all events are there, or nothing has come for long, or the app is gone. */
async function deliveredOrStuck(collector: Collector, events: number, app: AppProcess): Promise<void> {
  let over = false
  void app.ended.then(() => (over = true))
  const startMs = performance.now()
  let progressMs = startMs
  for (let seen = 0; !over; ) {
    const { size } = await collector.counts()
    if (size > seen) progressMs = performance.now()
    seen = size
    if (size >= events) return wait(LATE_COPIES_MS)
    if (performance.now() - progressMs > STUCK_MS || performance.now() - startMs > MAX_DELIVERY_MS) return
    await wait(500)
  }
}

/** Distinct events, once no more come: a server answers before its reports have what it took. */
async function settledCount(collector: Collector): Promise<number> {
  for (let before = -1; ; ) {
    const { size } = await collector.counts()
    if (size === before) return size
    before = size
    await wait(SETTLE_MS)
  }
}

async function startAgain(order: AppOrder, home: string, proxy: FaultProxy, collector: Collector): Promise<number> {
  proxy.use(PASS)
  await proxy.openPort()
  const app = startApp({ ...order, events: 0, end: 'told' }, home)
  const deadlineMs = performance.now() + NEXT_START_MS
  while ((await collector.counts()).size < order.events && performance.now() < deadlineMs) await wait(200)
  app.letGo()
  await Promise.race([app.ended, wait(NEXT_START_MS, null, { ref: false })])
  app.kill()
  await app.ended
  return settledCount(collector)
}

async function countDuplicates(collector: Collector): Promise<number> {
  let duplicates = 0
  for (const copies of (await collector.counts()).values()) duplicates += copies - 1
  return duplicates
}
