import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { encodeBatch, type Batch } from '@wayside/protocol'

/** A batch as bytes, made once: each attempt sends the same bytes under the same id. */
export interface FrozenBatch {
  /** `producerId:firstSeq:events` */
  readonly id: string
  readonly body: Uint8Array
  readonly gzipped: boolean
}

const compress = promisify(gzip)

/** A smaller body fits one packet anyway. */
const MIN_GZIP_BYTES = 1_024

/** Encodes and compresses a batch of at least one event. Compression runs off the event loop. */
export async function freezeBatch(batch: Batch): Promise<FrozenBatch> {
  const id = `${batch.head.producerId}:${batch.events[0]?.seq ?? 0}:${batch.events.length}`
  const body = Buffer.from(JSON.stringify(encodeBatch(batch)))
  if (body.byteLength <= MIN_GZIP_BYTES) return { id, body, gzipped: false }
  return { id, body: await compress(body, { level: constants.Z_BEST_SPEED }), gzipped: true }
}
