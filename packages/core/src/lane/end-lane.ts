import { countSeqs } from '@wayside/protocol'
import type { ProblemReporter } from '../problem-reporter.ts'
import type { Spool } from '../spool/spool.ts'
import type { Batcher } from './batcher.ts'
import type { LaneBooks } from './books.ts'
import type { Delivery } from './delivery.ts'
import { shrinkSync } from './frozen-batch.ts'
import type { LaneTransport } from './lane.ts'
import type { Packer } from './packer.ts'
import type { Parcel } from './parcel.ts'
import type { SpoolTraffic } from './spool-traffic.ts'

/** How a lane ends: what it tells the server then, and what becomes of what it could not deliver. */
export interface LaneEnd {
  /** The next batch may be the last. */
  prepare(): void
  /** It was not the end after all. */
  goOn(): void
  /** Tells the server that this producer has ended, if all is delivered and no batch has told it; one attempt. */
  sayFarewell(timeoutMs: number): Promise<void>
  /** Gives up what is left: to the spool, where there is one. Returns how many events went there. */
  end(timeoutMs: number): Promise<number>
  /** The process exits now: what waits goes to the spool, at once; without one, to connections that are open and idle. */
  exit(): void
  /** Books what comes too late. */
  giveUp(parcel: Parcel): void
  /** An attempt has failed, or this parcel's fate is settled: nobody waits for it any longer. */
  heard(parcel: Parcel | null): void
  readonly isNear: boolean
  readonly isOver: boolean
}

export interface LaneEndOptions {
  readonly books: LaneBooks
  readonly packer: Packer
  readonly batcher: Pick<Batcher, 'stop'>
  readonly delivery: Delivery
  readonly transport: LaneTransport
  readonly spool: Spool | null
  readonly traffic: SpoolTraffic | null
  readonly report: ProblemReporter
  /** Runs work outside of the async context of whoever ends the lane. */
  readonly outside: (work: () => void) => void
  readonly monotonicMs: () => number
}

export function createLaneEnd(options: LaneEndOptions): LaneEnd {
  const { books, packer, batcher, delivery, transport, spool, traffic, report, outside, monotonicMs } = options
  let isNear = false
  let isOver = false
  let farewell: { readonly parcel: Parcel; readonly done: () => void } | null = null

  async function sayFarewell(timeoutMs: number): Promise<void> {
    if (timeoutMs <= 0 || books.pending > 0 || books.isClosed || delivery.readyAtMs > monotonicMs()) return
    const parcel = await packer.packHeartbeat(true)
    if (parcel === null) return
    await new Promise<void>((resolve) => {
      // Holds the process, as a flush does: someone waits for it.
      const deadline = setTimeout(done, timeoutMs)
      function done(): void {
        clearTimeout(deadline)
        farewell = null
        resolve()
      }
      farewell = { parcel, done }
      outside(() => delivery.add(parcel))
    })
  }

  function giveUp(parcels: readonly Parcel[]): void {
    for (const { ranges, events } of parcels) books.drop('shutdown_timeout', ranges, events)
    const rest = packer.takeRest()
    books.drop('shutdown_timeout', rest, countSeqs(rest))
  }

  /** Leaves to the spool what a later process can deliver. */
  async function leave(to: SpoolTraffic, parcels: readonly Parcel[]): Promise<void> {
    giveUp(await to.leave([...parcels.filter(({ events }) => events > 0), ...(await packer.packRest())]))
    if (!books.hasNews) return
    const last = await packer.packHeartbeat(true)
    if (last !== null) await to.leave([last])
  }

  function leaveSync(to: SpoolTraffic): void {
    const frozen = delivery.parcels
      .filter((parcel) => parcel.origin === 'live' && parcel.events > 0 && !to.holds(parcel))
      .sort((a, b) => a.pushedAtMs - b.pushedAtMs)
    const packed: Parcel[] = []
    const written = to.leaveSync(
      (function* () {
        yield* frozen
        for (const parcel of packer.packRestSync()) {
          packed.push(parcel)
          yield parcel
        }
      })(),
    )
    giveUp([...frozen, ...packed].slice(written))
    if (books.hasNews) to.leaveSync([packer.packHeartbeatSync(true)])
  }

  /** Hands what waits to open sockets: the kernel sends it when the process is gone. What becomes of it nobody learns. */
  function part(): void {
    isNear = true
    transport.release()
    for (const { frozen } of delivery.waiting) if (!transport.part(frozen)) return
    let told = books.isClosed
    for (const { frozen } of packer.packRestSync()) {
      if (!transport.part(shrinkSync(frozen))) return
      told = true
    }
    if (!told) transport.part(packer.packHeartbeatSync(true).frozen)
  }

  return {
    prepare() {
      isNear = true
      // Without a spool, what is not delivered at the end is lost.
      if (spool === null) transport.release()
    },
    goOn: () => void (isNear = false),
    sayFarewell,
    async end(timeoutMs) {
      await sayFarewell(timeoutMs)
      const spooledBefore = books.spooled
      isOver = true
      batcher.stop()
      traffic?.stop()
      const left = delivery.stop().filter(({ origin }) => origin === 'live')
      if (traffic === null) giveUp(left)
      else await leave(traffic, left)
      await spool?.close()
      transport.close()
      return books.pending - spooledBefore
    },
    exit() {
      if (isOver) return
      isOver = true
      try {
        if (traffic === null) part()
        else leaveSync(traffic)
      } catch (error) {
        report('internal_error', `Wayside could not save its queue: ${String(error)}`)
      }
    },
    giveUp(parcel) {
      if (parcel.place === null) giveUp([parcel])
    },
    heard(parcel) {
      if (farewell !== null && (parcel === null || parcel === farewell.parcel)) farewell.done()
    },
    get isNear() {
      return isNear
    },
    get isOver() {
      return isOver
    },
  }
}
