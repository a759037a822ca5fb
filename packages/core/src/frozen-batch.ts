import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { encodeInSteps, type Batch, type WireBatch } from '@wayside/protocol'

/** A batch as bytes, made once: each attempt sends the same bytes under the same id. */
export interface FrozenBatch {
  /** `producerId:firstSeq:events` */
  readonly id: string
  readonly body: Uint8Array
  readonly gzipped: boolean
}

/** How encoding shares the event loop with the app. */
export interface Pace {
  readonly monotonicMs: () => number
  /** Lets other work run. */
  readonly giveWay: () => Promise<unknown>
}

const compress = promisify(gzip)

/** A smaller body fits one packet anyway. */
const MIN_GZIP_BYTES = 1_024

/** Encoding gives way after this; one step more may come on top, so that the app waits less than 2 ms. */
const SLICE_MS = 0.5

/** Encodes and compresses a batch of at least one event. Encoding is done in slices, compression off the event loop. */
export async function freezeBatch(
  batch: Batch,
  pace: Pace = { monotonicMs: () => performance.now(), giveWay: () => nextTurn() },
): Promise<FrozenBatch> {
  const id = `${batch.head.producerId}:${batch.events[0]?.seq ?? 0}:${batch.events.length}`
  const wire = await encodeAtPace(batch, pace)
  const body = Buffer.from(JSON.stringify(wire))
  if (body.byteLength <= MIN_GZIP_BYTES) return { id, body, gzipped: false }
  return { id, body: await compress(body, { level: constants.Z_BEST_SPEED }), gzipped: true }
}

async function encodeAtPace(batch: Batch, { monotonicMs, giveWay }: Pace): Promise<WireBatch> {
  const steps = encodeInSteps(batch)
  let sliceStartMs = monotonicMs()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (monotonicMs() - sliceStartMs < SLICE_MS) continue
    await giveWay()
    sliceStartMs = monotonicMs()
  }
}
