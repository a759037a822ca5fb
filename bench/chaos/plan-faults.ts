import { LOST_ACKNOWLEDGEMENT, type Fault } from '../../packages/testing/src/fault-proxy.ts'
import { createRandom, pick, pickWeighted } from '../../scripts/random.ts'

/** A fault from one instant to another, milliseconds since the run began. */
export interface PlannedFault {
  readonly fromMs: number
  readonly toMs: number
  readonly action: Action
}

export type Action =
  /** Every n-th request on the way to the collector. */
  | { readonly kind: 'network'; readonly everyNth: number; readonly fault: Fault }
  | { readonly kind: 'closePort' }
  | { readonly kind: 'resetConnections' }
  | { readonly kind: 'killCollector' }
  | { readonly kind: 'stopCollector' }
  | { readonly kind: 'pauseCollector' }
  | { readonly kind: 'fillCollectorDisk' }
  | { readonly kind: 'endProducer'; readonly slot: number; readonly how: ProducerEnd }
  | { readonly kind: 'pauseProducer'; readonly slot: number }
  | { readonly kind: 'fillSpoolDisk' }
  | { readonly kind: 'jumpClock'; readonly slot: number; readonly byMs: number }

export const PRODUCER_ENDS = ['SIGKILL', 'exit', 'natural', 'close'] as const
export type ProducerEnd = (typeof PRODUCER_ENDS)[number]

export interface PlanOptions {
  readonly seed: number
  readonly durationMs: number
  readonly slots: number
  /** Small disks can be mounted. */
  readonly disks: boolean
}

/** Faults of one lane follow each other; those of different lanes overlap. */
interface Lane {
  readonly meanGapMs: number
  readonly meanMs: number
  readonly choices: readonly { readonly weight: number; readonly make: () => Action }[]
}

/** Faults by lane: those of the network, of the collector, of the apps. The same seed gives the same faults at the same instants. */
export function planFaults({ seed, durationMs, slots, disks }: PlanOptions): readonly (readonly PlannedFault[])[] {
  const random = createRandom(seed)
  const upTo = (limit: number) => Math.floor(random() * limit)
  const network = (fault: () => Fault) => (): Action => ({ kind: 'network', everyNth: 1 + upTo(3), fault: fault() })
  const slot = () => upTo(slots)
  const disk = disks ? 1 : 0

  const lanes: readonly Lane[] = [
    {
      meanGapMs: 3_000,
      meanMs: 2_500,
      choices: [
        { weight: 4, make: network(() => LOST_ACKNOWLEDGEMENT) },
        { weight: 1, make: network(() => ({ kind: 'cutRequest', afterBytes: upTo(3_000) })) },
        { weight: 1, make: network(() => ({ kind: 'cutAnswer', afterBytes: upTo(400), by: pick(['reset', 'end'], random) })) },
        { weight: 1, make: network(() => ({ kind: 'flip', of: 'answer', bit: upTo(2_400) })) },
        { weight: 1, make: network(() => ({ kind: 'delay', ms: upTo(3_000) })) },
        { weight: 1, make: network(() => ({ kind: 'throttle', bytesPerSecond: 500 + upTo(20_000) })) },
        { weight: 1, make: network(() => ({ kind: 'blackhole' })) },
        { weight: 1, make: network(() => ({ kind: 'halfOpen' })) },
        { weight: 1, make: () => ({ kind: 'closePort' }) },
        { weight: 1, make: () => ({ kind: 'resetConnections' }) },
      ],
    },
    {
      meanGapMs: 12_000,
      meanMs: 2_000,
      choices: [
        { weight: 3, make: () => ({ kind: 'killCollector' }) },
        { weight: 1, make: () => ({ kind: 'stopCollector' }) },
        { weight: 1, make: () => ({ kind: 'pauseCollector' }) },
        { weight: 2 * disk, make: () => ({ kind: 'fillCollectorDisk' }) },
      ],
    },
    {
      meanGapMs: 4_000,
      meanMs: 1_500,
      choices: [
        { weight: 4, make: () => ({ kind: 'endProducer', slot: slot(), how: pick(PRODUCER_ENDS, random) }) },
        { weight: 1, make: () => ({ kind: 'pauseProducer', slot: slot() }) },
        { weight: disk, make: () => ({ kind: 'fillSpoolDisk' }) },
        { weight: 1, make: () => ({ kind: 'jumpClock', slot: slot(), byMs: pick(CLOCK_JUMPS_MS, random) }) },
      ],
    },
  ]
  return lanes.map((lane) => planLane(lane, durationMs, random))
}

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS
const CLOCK_JUMPS_MS = [-HOUR_MS, HOUR_MS, -10 * YEAR_MS, 10 * YEAR_MS]

function planLane({ meanGapMs, meanMs, choices }: Lane, durationMs: number, random: () => number): PlannedFault[] {
  const faults: PlannedFault[] = []
  const spread = (meanMs: number) => Math.round(-Math.log(1 - random()) * meanMs)
  for (let atMs = spread(meanGapMs); atMs < durationMs; atMs += spread(meanGapMs)) {
    const action = pickWeighted(choices, random).make()
    const toMs = Math.min(durationMs, atMs + 100 + spread(meanMs))
    faults.push({ fromMs: atMs, toMs, action })
    atMs = toMs
  }
  return faults
}
