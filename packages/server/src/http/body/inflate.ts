import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { badGzip, tooDense, tooLarge } from './body-problems.ts'
import { maxContentBytes } from './ratio.ts'

/** Decompresses bodies. Throws 400 for what is no gzip and 413 for what becomes too large. */
export type Inflate = (sent: Buffer) => Promise<Buffer>

/** Bodies that are decompressed at once: the threads are also those that sync the journal. */
const AT_ONCE = 2
/** Bytes that come of one step: each step is a trip to another thread and back. */
const STEP_BYTES = 64 * 1024
const unzip = promisify(gunzip)

/** @param maxBytes - after decompression */
export function createInflate(maxBytes: number): Inflate {
  let busy = 0
  const waiting: (() => void)[] = []

  return async (sent) => {
    if (busy === AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    else busy++
    try {
      return await inflateWithin(sent, maxBytes)
    } finally {
      const next = waiting.shift()
      // The next one takes this one's place.
      if (next === undefined) busy--
      else next()
    }
  }
}

/** The decompressor stops at its limit, so that a small body cannot become a huge one. */
async function inflateWithin(sent: Buffer, maxBytes: number): Promise<Buffer> {
  const ratioBytes = maxContentBytes(sent.length)
  try {
    return await unzip(sent, { maxOutputLength: Math.min(maxBytes, ratioBytes), chunkSize: STEP_BYTES })
  } catch (error) {
    if (!(error instanceof RangeError)) throw badGzip(error)
    throw ratioBytes >= maxBytes ? tooLarge(maxBytes, 'after decompression') : tooDense()
  }
}
