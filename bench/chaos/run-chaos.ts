import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { judge, type CollectorBooks, type StoredRecord, type Verdict } from '../../packages/testing/src/conservation-oracle.ts'
import { createFaultProxy } from '../../packages/testing/src/fault-proxy.ts'
import { readRequests } from '../read-requests.ts'
import { startAckTap } from './ack-tap.ts'
import { startCollector } from './collector.ts'
import { begin, type World } from './fault-actions.ts'
import { planFaults, type PlannedFault } from './plan-faults.ts'
import { startProducer } from './producer-process.ts'
import { SLOTS, createProducerSlots } from './producer-slots.ts'
import { readPath, toPayload, toRequest } from './seeded-event.ts'
import { mountSmallDisk } from './small-disk.ts'

export interface ChaosOptions {
  /** The same seed brings the same faults at the same instants. */
  readonly seed: number
  readonly durationMs: number
  readonly log: (line: string) => void
  /** Ends the run early; it then rejects, with nothing left behind. */
  readonly signal?: AbortSignal
}

/**
 * How long everything may take to drain once the faults have stopped: twice the longest wait between two attempts, and for
 * spools, which let live events go first, half as long as the faults have lasted.
 */
const drainWithinMs = (durationMs: number) => 60_000 + durationMs / 2
/** No host may grow by more, nor stand still for so much longer than the same app without the SDK did. */
const HOST_LIMITS = { rssGrowthMib: 64, stallMs: 250 }
/** The spool leaves 256 MiB of any disk to others. */
const DISK_MIB = 512

/** Runs random faults against a real collector and several apps, lets everything drain, and judges. */
export async function runChaos({ seed, durationMs, log, signal }: ChaosOptions): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-chaos-'))
  const dataDisk = mountSmallDisk(join(folder, 'data'), DISK_MIB)
  const spoolDisk = mountSmallDisk(join(folder, 'spool'), DISK_MIB)
  const disks = dataDisk !== null && spoolDisk !== null
  if (!disks) log('No disk gets full: to mount small ones takes a privilege.')
  const collector = await startCollector(join(folder, 'data'))
  const key = await makeKey(collector.url)
  const tap = await startAckTap(collector.url)
  const proxy = await createFaultProxy(tap.url)
  const slots = createProducerSlots({ folder, serverUrl: proxy.url, key, log })
  // A virtual machine that stops for a moment makes every process in it look as if it stood still.
  const bare = startProducer({ name: 'bare', key, perSecond: 100, logPath: join(folder, 'bare.log'), options: { enabled: false } })
  // One lane that fails ends the others.
  const failed = new AbortController()
  const over = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])])
  try {
    const lanes = planFaults({ seed, durationMs, slots: SLOTS.length, disks })
    const world: World = { collector, proxy, slots, dataDisk, spoolDisk }
    await slots.ready()
    const startMs = performance.now()
    await Promise.all(lanes.map((faults) => runLane(faults, world, startMs, over, log)))
    await wait(Math.max(0, startMs + durationMs - performance.now()), undefined, { signal: over })
    log('The faults have stopped; everything drains.')
    const drainStartMs = performance.now()
    const withinMs = drainWithinMs(durationMs)
    await slots.drain(withinMs)
    await slots.close()
    await adoptWhatIsLeft(slots, join(folder, 'spool'), drainStartMs + withinMs)
    const ms = Math.round(performance.now() - drainStartMs)
    // What was acknowledged is also there after another start.
    await collector.stop()
    await collector.start()
    const reported = await settledReport(collector.url, key)
    const { host } = await bare.end('close')
    if (host.longestStallMs > 0) log(`The app without the SDK stood still for ${host.longestStallMs} ms.`)
    return judge({
      producers: slots.records,
      stored: await readStored(collector.url, key),
      acked: tap.acked,
      reported,
      accounts: await readAccounts(collector.url, key),
      payloadOf: (producer, number) => toPayload(toRequest(producer, number)),
      drain: { ms, withinMs },
      hostLimits: { ...HOST_LIMITS, stallMs: HOST_LIMITS.stallMs + host.longestStallMs },
    })
  } finally {
    failed.abort()
    slots.kill()
    bare.kill()
    collector.resume()
    await collector.kill()
    await proxy.close()
    await tap.close()
    dataDisk?.remove()
    spoolDisk?.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The faults of a lane, one after the other. A fault that takes longer to end, as a start does, makes the next one late. */
async function runLane(faults: readonly PlannedFault[], world: World, startMs: number, signal: AbortSignal, log: (line: string) => void): Promise<void> {
  const until = (atMs: number) => wait(Math.max(0, startMs + atMs - performance.now()), undefined, { signal })
  for (const { fromMs, toMs, action } of faults) {
    await until(fromMs)
    const undo = await begin(action, world)
    log(`${((performance.now() - startMs) / 1_000).toFixed(1).padStart(6)} s  ${JSON.stringify(action)} for ${((toMs - fromMs) / 1_000).toFixed(1)} s`)
    await until(toMs)
    await undo()
  }
}

/** The next starts of apps that keep a spool deliver what those before them have left there. */
async function adoptWhatIsLeft(slots: World['slots'], spoolFolder: string, untilMs: number): Promise<void> {
  const keeping = SLOTS.flatMap(({ spool }, slot) => (spool === 'off' ? [] : [slot]))
  for (const slot of keeping) slots.start(slot)
  await slots.drain(Math.max(0, untilMs - performance.now()))
  while (holdsBatches(spoolFolder) && performance.now() < untilMs) await wait(200)
  await Promise.all(keeping.map((slot) => slots.end(slot, 'close', true)))
}

/** Each process with batches has a folder of its own in there. */
function holdsBatches(spoolFolder: string): boolean {
  return readdirSync(spoolFolder, { withFileTypes: true }).some((entry) => entry.isDirectory() && readdirSync(join(spoolFolder, entry.name)).length > 0)
}

async function makeKey(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/generate`, { method: 'POST' })
  return String(await answer.json())
}

const SETTLED_MS = 3_000

/** What the report counts once that has stayed the same for a while. */
async function settledReport(url: string, key: string): Promise<number> {
  let last = -1
  let sinceMs = performance.now()
  while (performance.now() - sinceMs < SETTLED_MS) {
    const answer = await fetch(`${url}/api/v1/overview?period=30d`, { headers: { authorization: `Bearer ${key}` } })
    // Our own server's answer.
    const { totals } = (await answer.json()) as { readonly totals: { readonly requests: number } }
    if (totals.requests !== last) sinceMs = performance.now()
    last = totals.requests
    await wait(200)
  }
  return last
}

/** By the name of the app, which it gives as its instance. */
async function readAccounts(url: string, key: string): Promise<Map<string, CollectorBooks>> {
  const answer = await fetch(`${url}/api/v1/producers?limit=1000`, { headers: { authorization: `Bearer ${key}` } })
  // Our own server's answer.
  const { producers } = (await answer.json()) as { readonly producers: readonly (CollectorBooks & { readonly instance: string })[] }
  return new Map(
    producers.map(({ instance, captured, stored, shed, dropped, rejected, elsewhere, lost, pending }) => [
      instance,
      { captured, stored, shed, dropped, rejected, elsewhere, lost, pending },
    ]),
  )
}

async function readStored(url: string, key: string): Promise<StoredRecord[]> {
  const stored: StoredRecord[] = []
  for await (const request of readRequests(url, key)) stored.push({ ...readPath(request.path), payload: toPayload(request) })
  return stored
}
