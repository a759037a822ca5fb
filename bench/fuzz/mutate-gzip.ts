import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { pick } from '../../scripts/random.ts'
import type { FuzzedBody } from './fuzzed-body.ts'
import { mutateBytes } from './mutate-bytes.ts'

/** Bombs are dear to make: one of each size for the whole run. */
const BOMBS = [0.5, 3, 20].map((mib) => gzipSync(Buffer.alloc(mib * 1024 * 1024, ' ')))

/** Breaks compression: its bytes, its end, its nesting and what the headers say of it. */
export function mutateGzip(json: string, random: () => number): FuzzedBody {
  return pick(STEPS, random)(Buffer.from(json), random)
}

const gzipped = (bytes: Buffer): FuzzedBody => ({ bytes, headers: { 'content-encoding': 'gzip' } })

const ENCODINGS = ['gzip, gzip', 'br', 'zstd', 'deflate', 'x-gzip', 'GZIP', ' gzip ', 'identity', 'identity, gzip', '', 'gzip;q=0', 'none']

const STEPS: readonly ((plain: Buffer, random: () => number) => FuzzedBody)[] = [
  (plain, random) => gzipped(mutateBytes(gzipSync(plain, { level: 1 }), random)),
  (plain, random) => gzipped(mutateBytes(gzipSync(plain, { level: 1 }), random)),
  (plain, random) => gzipped(gzipSync(mutateBytes(plain, random), { level: 1 })),
  (plain) => gzipped(gzipSync(gzipSync(plain))),
  (plain) => gzipped(Buffer.concat([gzipSync(plain.subarray(0, 9)), gzipSync(plain.subarray(9))])),
  (plain, random) => gzipped(Buffer.concat([gzipSync(plain), Buffer.alloc(Math.floor(random() * 20), pick([0, 1, 0x1f], random))])),
  (plain) => gzipped(deflateSync(plain)),
  (plain) => gzipped(deflateRawSync(plain)),
  (plain) => gzipped(plain),
  (plain) => ({ bytes: gzipSync(plain), headers: {} }),
  (plain) => ({ bytes: brotliCompressSync(plain, { params: {} }), headers: { 'content-encoding': 'br' } }),
  (plain, random) => ({ bytes: gzipSync(plain), headers: { 'content-encoding': pick(ENCODINGS, random) } }),
  (_plain, random) => gzipped(random() < 0.2 ? pick(BOMBS, random) : (BOMBS[0] ?? Buffer.alloc(0))),
]
