import { setImmediate as nextTurn } from 'node:timers/promises'
import { promisify } from 'node:util'
import { constants, gunzip, gzip, gzipSync } from 'node:zlib'
import { encodeBatch, encodeInSteps, splitBatch, type Batch, type WireBatch } from '@wayside/protocol'
import { toJsonPieces } from './json-pieces.ts'

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
const decompress = promisify(gunzip)

/** A smaller body fits one packet anyway. */
const MIN_GZIP_BYTES = 1_024

/** What a socket's buffer holds at first on Linux. */
const SOCKET_BUFFER_BYTES = 16 * 1_024

/** Encoding gives way after this; one step more may come on top, which takes most where the code is still cold. */
const SLICE_MS = 0.25

const PACE: Pace = { monotonicMs: () => performance.now(), giveWay: () => nextTurn() }

/** Encodes and compresses a batch. Encoding is done in slices, compression off the event loop. */
export async function freezeBatch(batch: Batch, pace: Pace = PACE): Promise<FrozenBatch> {
  const wire = await inSlices(encodeInSteps(batch), pace)
  return freezeWire(wire, pace)
}

/** The same at once and uncompressed: for the exit of the process, which waits for nothing. */
export function freezeBatchSync(batch: Batch): FrozenBatch {
  const wire = encodeBatch(batch)
  return { id: idOf(wire), body: Buffer.from(JSON.stringify(wire)), gzipped: false }
}

/** Compresses at once what the kernel might not take as a whole; a smaller batch stays as it is. */
export function shrinkSync(frozen: FrozenBatch): FrozenBatch {
  if (frozen.gzipped || frozen.body.byteLength <= SOCKET_BUFFER_BYTES) return frozen
  return { ...frozen, body: gzipSync(frozen.body, { level: constants.Z_BEST_SPEED }), gzipped: true }
}

/** Makes two of a batch of at least two events. */
export async function splitFrozen({ body, gzipped }: FrozenBatch, pace: Pace = PACE): Promise<readonly [FrozenBatch, FrozenBatch]> {
  const text = gzipped ? await decompress(body) : Buffer.from(body)
  // Boundary cast: these are bytes that `freezeBatch` made, here or in a process whose spool was adopted.
  const [first, second] = splitBatch(JSON.parse(text.toString()) as WireBatch)
  return [await freezeWire(first, pace), await freezeWire(second, pace)]
}

async function freezeWire(wire: WireBatch, pace: Pace): Promise<FrozenBatch> {
  const pieces: string[] = []
  await inSlices(collect(toJsonPieces(wire), pieces), pace)
  const body = Buffer.from(pieces.join(''))
  if (body.byteLength <= MIN_GZIP_BYTES) return { id: idOf(wire), body, gzipped: false }
  const zipped = await compress(body, { level: constants.Z_BEST_SPEED })
  // A copy of its own size: zlib's buffers are chunks that are mostly empty, and this one may wait for minutes.
  return { id: idOf(wire), body: new Uint8Array(zipped), gzipped: true }
}

function* collect(pieces: Iterable<string>, into: string[]): Generator<void, void> {
  for (const piece of pieces) {
    into.push(piece)
    yield
  }
}

/** Whose batch it is. */
export function producerOf({ id }: FrozenBatch): string {
  return id.slice(0, id.indexOf(':'))
}

function idOf({ producer, seq, n }: WireBatch): string {
  return `${producer}:${typeof seq === 'number' ? seq : (seq[0] ?? 0)}:${n}`
}

async function inSlices<Result>(steps: Generator<void, Result>, { monotonicMs, giveWay }: Pace): Promise<Result> {
  let sliceStartMs = monotonicMs()
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (monotonicMs() - sliceStartMs < SLICE_MS) continue
    await giveWay()
    sliceStartMs = monotonicMs()
  }
}
