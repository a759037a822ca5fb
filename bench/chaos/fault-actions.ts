import { everyNth, type FaultProxy, PASS } from '../../packages/testing/src/fault-proxy.ts'
import type { Collector } from './collector.ts'
import type { Action } from './plan-faults.ts'
import type { ProducerSlots } from './producer-slots.ts'
import type { SmallDisk } from './small-disk.ts'

/** What faults act upon. */
export interface World {
  readonly collector: Collector
  readonly proxy: FaultProxy
  readonly slots: ProducerSlots
  /** Under the collector's data and under the spools; `null` where none could be mounted. */
  readonly dataDisk: SmallDisk | null
  readonly spoolDisk: SmallDisk | null
}

/** Ends a fault. */
type Undo = () => Promise<void> | void

/** Begins a fault. */
export async function begin(action: Action, { collector, proxy, slots, dataDisk, spoolDisk }: World): Promise<Undo> {
  switch (action.kind) {
    case 'network':
      proxy.use(everyNth(action.everyNth, action.fault))
      // Those that were swallowed would wait on for ever.
      return () => {
        proxy.use(PASS)
        proxy.resetConnections()
      }
    case 'closePort':
      await proxy.closePort()
      return () => proxy.openPort()
    case 'resetConnections':
      proxy.resetConnections()
      return () => undefined
    case 'killCollector':
      await collector.kill()
      return () => collector.start()
    case 'stopCollector':
      await collector.stop()
      return () => collector.start()
    case 'pauseCollector':
      collector.pause()
      return () => collector.resume()
    case 'fillCollectorDisk':
      await dataDisk?.fill()
      return () => dataDisk?.makeRoom()
    case 'endProducer':
      await slots.end(action.slot, action.how)
      return () => slots.start(action.slot)
    case 'pauseProducer': {
      const producer = slots.running(action.slot)
      producer.pause()
      return () => producer.resume()
    }
    case 'fillSpoolDisk':
      await spoolDisk?.fill()
      slots.spoolDiskIsFull()
      return () => spoolDisk?.makeRoom()
    case 'jumpClock': {
      const producer = slots.running(action.slot)
      producer.jumpClock(action.byMs)
      return () => producer.jumpClock(-action.byMs)
    }
    default:
      return action satisfies never
  }
}
