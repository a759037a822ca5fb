import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { remember } from './enrich/bounded-cache.ts'

const MIB = 1024 * 1024

/** Bytes of the heap that are in use once all that can be freed is freed. */
function measureHeap(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}

/** A text of an event as it arrives: the first part of something enormous. */
const cutText = (seed: number) => Buffer.from(String(seed).padEnd(4 * MIB, 'x')).toString().slice(0, 512)

test('a cache of recognised texts does not keep the bodies alive that its texts were cut out of', () => {
  const take = remember((text) => ({ name: text.slice(0, 40) }), 1_000)
  const before = measureHeap()
  for (let seed = 0; seed < 12; seed++) take(cutText(seed))
  expect(measureHeap() - before).toBeLessThan(8 * MIB)
  take('still used')
})
