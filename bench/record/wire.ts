import { gunzipSync } from 'node:zlib'
import { freezeBatch } from '../../packages/core/src/lane/frozen-batch.ts'
import { events, take } from '../fixture.ts'
import { HEAD } from './stages.ts'

export interface WireResult {
  readonly batchEvents: number
  /** Bytes of the request body for each event. */
  readonly bytes: number
  readonly rawBytes: number
}

/** Freezes 20,000 events of the fixture in batches of several sizes. */
export async function measureWire(): Promise<WireResult[]> {
  const results: WireResult[] = []
  for (const batchEvents of [50, 500, 2_000]) {
    const source = events()
    let bytes = 0
    let rawBytes = 0
    for (let sent = 0; sent < 20_000; sent += batchEvents) {
      const { body, gzipped } = await freezeBatch({ head: HEAD, events: take(source, batchEvents), stacks: [], droppedSeqs: [], shed: [] })
      bytes += body.byteLength
      rawBytes += gzipped ? gunzipSync(body).byteLength : body.byteLength
    }
    results.push({ batchEvents, bytes: bytes / 20_000, rawBytes: rawBytes / 20_000 })
  }
  return results
}
