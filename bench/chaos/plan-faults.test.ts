import { expect, test } from 'vitest'
import { planFaults, type PlanOptions } from './plan-faults.ts'

const OPTIONS: PlanOptions = { seed: 1, durationMs: 600_000, slots: 4, disks: true }

test('the same seed plans the same faults, another seed others', () => {
  expect(planFaults(OPTIONS)).toEqual(planFaults(OPTIONS))
  expect(planFaults({ ...OPTIONS, seed: 2 })).not.toEqual(planFaults(OPTIONS))
})

test('the faults of a lane follow each other and are over at the end', () => {
  for (const lane of planFaults(OPTIONS)) {
    let freeMs = 0
    for (const { fromMs, toMs } of lane) {
      expect(fromMs).toBeGreaterThanOrEqual(freeMs)
      expect(toMs).toBeGreaterThanOrEqual(fromMs)
      freeMs = toMs
    }
    expect(freeMs).toBeLessThanOrEqual(OPTIONS.durationMs)
  }
})

test('every kind of fault comes, and where no disk can be filled, none of those', () => {
  const kinds = (options: PlanOptions) => new Set(planFaults(options).flatMap((lane) => lane.map(({ action }) => action.kind)))
  expect([...kinds(OPTIONS)].toSorted()).toEqual([
    ...['closePort', 'endProducer', 'fillCollectorDisk', 'fillSpoolDisk', 'jumpClock', 'killCollector'],
    ...['network', 'pauseCollector', 'pauseProducer', 'resetConnections', 'stopCollector'],
  ])
  const without = kinds({ ...OPTIONS, disks: false })
  expect([without.has('fillCollectorDisk'), without.has('fillSpoolDisk')]).toEqual([false, false])
})
