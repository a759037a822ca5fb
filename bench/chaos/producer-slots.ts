import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Options } from '../../packages/core/src/index.ts'
import type { ProducerRecord } from '../../packages/testing/src/conservation-oracle.ts'
import type { ProducerEnd } from './plan-faults.ts'
import { type Ended, type Producer, startProducer } from './producer-process.ts'

/** Apps that run side by side. When one ends, another begins in its place under a new name. */
export interface ProducerSlots {
  /** Ends the app in a slot; `well` when no fault is left that could keep it from telling all. */
  end(slot: number, how: ProducerEnd, well?: boolean): Promise<void>
  /** Starts the next app in a slot whose app has ended. */
  start(slot: number): void
  running(slot: number): Producer
  /** Resolves when all apps capture. */
  ready(): Promise<void>
  /** The disk under all spools is full: what cannot be written stays in memory, where a kill takes it. */
  spoolDiskIsFull(): void
  /** All apps capture no more; resolves when nothing is pending in any, or the time has passed. */
  drain(withinMs: number): Promise<void>
  /** Ends all apps, when all is well. */
  close(): Promise<void>
  /** Of every app that has ended. */
  readonly records: readonly ProducerRecord[]
  /** Ends at once what still runs. */
  kill(): void
}

export interface SlotsOptions {
  /** Of the run. */
  readonly folder: string
  readonly serverUrl: string
  readonly key: string
  readonly log: (line: string) => void
}

interface Slot {
  readonly spool: 'off' | 'overflow' | 'always'
  readonly options: Options
  readonly perSecond: number
}

/** One app for each promise of the table, and one whose queue is always too small. */
export const SLOTS: readonly Slot[] = [
  { spool: 'off', options: {}, perSecond: 100 },
  { spool: 'overflow', options: {}, perSecond: 100 },
  { spool: 'always', options: {}, perSecond: 100 },
  { spool: 'off', options: { maxQueueEvents: 100, maxQueueBytes: 65_536 }, perSecond: 400 },
]

/** What a kill may cost with the spool `always`. */
const KILL_LOSS_MS = 100

export function createProducerSlots({ folder, serverUrl, key, log }: SlotsOptions): ProducerSlots {
  let starts = 0
  const records: ProducerRecord[] = []
  /** Apps that have met a full spool disk. */
  const troubled = new Set<Producer>()
  const producers = SLOTS.map((_, slot) => begin(slot))

  function begin(slot: number): Producer {
    const { spool, options, perSecond } = slotAt(slot)
    const name = `${spool}-${slot}-${++starts}`
    const order = { name, key, perSecond, logPath: join(folder, `${name}.log`), options: { ...options, serverUrl, instance: name, spool: { mode: spool, folder: join(folder, 'spool') } } }
    return startProducer(order)
  }

  async function end(slot: number, how: ProducerEnd, well = false): Promise<void> {
    const producer = running(slot)
    const ended = await producer.end(how)
    log(`          ${producer.name}: ${how}, told of ${ended.report?.problems.join(', ') || 'no problem'}`)
    records.push({ ...toRecord(producer.name, slotAt(slot).spool, ended, troubled.has(producer)), toldAll: well })
  }

  function running(slot: number): Producer {
    const producer = producers[slot]
    if (producer === undefined) throw new Error(`there is no slot ${slot}`)
    return producer
  }

  return {
    end,
    running,
    start: (slot) => void (producers[slot] = begin(slot)),
    async ready() {
      while (producers.some(({ report }) => report === null)) await wait(50)
    },
    spoolDiskIsFull() {
      for (const producer of producers) troubled.add(producer)
    },
    async drain(withinMs) {
      for (const producer of producers) producer.rest()
      const deadlineMs = performance.now() + withinMs
      while (producers.some(({ report }) => report === null || report.pending > 0) && performance.now() < deadlineMs) await wait(100)
    },
    close: async () => void (await Promise.all(SLOTS.map((_, slot) => end(slot, 'close', true)))),
    records,
    kill() {
      for (const producer of producers) producer.kill()
    },
  }
}

function slotAt(slot: number): Slot {
  const found = SLOTS[slot]
  if (found === undefined) throw new Error(`there is no slot ${slot}`)
  return found
}

/** What the promise table says of an end. */
function toRecord(name: string, spool: Slot['spool'], ended: Ended, troubled: boolean): Omit<ProducerRecord, 'toldAll'> {
  const { how, host, report, captured, capturedAtMost } = ended
  const keeps = spool !== 'off' && !troubled
  if (how === 'SIGKILL' || report === null || !report.final) {
    const uncounted = Object.values(report?.dropped ?? {}).reduce((sum, events) => sum + events, 0)
    const mayMiss = spool === 'always' && keeps ? ended.capturedWithin(KILL_LOSS_MS) + uncounted : capturedAtMost
    return { name, captured, capturedAtMost, dropped: {}, shed: 0, shedAtMost: uncounted, pending: 0, mayMiss, host }
  }
  // What waits in memory at the end is lost; what waits on disk is a later process's to deliver.
  const mayMiss = keeps ? 0 : report.pending
  const told = how === 'close' && report.pending === 0
  const { dropped, shed } = report
  return { name, captured: report.captured, capturedAtMost: report.captured, dropped, shed: told ? shed : 0, shedAtMost: shed, pending: 0, mayMiss, host }
}
