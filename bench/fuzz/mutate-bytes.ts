import { pick } from '../../scripts/random.ts'

const MAX_STEPS = 6

/** Flips, cuts, repeats and moves bytes. What they mean is not known here: it may be JSON or gzip. */
export function mutateBytes(bytes: Buffer, random: () => number): Buffer {
  let mutated: Buffer = Buffer.from(bytes)
  for (let step = Math.ceil(random() * MAX_STEPS); step > 0; step--) mutated = pick(STEPS, random)(mutated, random)
  return mutated
}

type Step = (bytes: Buffer, random: () => number) => Buffer

const STEPS: readonly Step[] = [
  function flipBit(bytes, random) {
    const at = below(bytes.length, random)
    if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8, random))
    return bytes
  },
  function setByte(bytes, random) {
    const at = below(bytes.length, random)
    if (bytes.length > 0) bytes[at] = pick([0, 0x22, 0x5b, 0x5c, 0x7b, 0x80, 0xc0, 0xed, 0xf4, 0xff], random)
    return bytes
  },
  (bytes, random) => bytes.subarray(0, below(bytes.length, random)),
  (bytes, random) => bytes.subarray(below(bytes.length, random)),
  function cutOut(bytes, random) {
    const [from, to] = range(bytes.length, random)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  function repeat(bytes, random) {
    const [from, to] = range(Math.min(bytes.length, 4_096), random)
    return Buffer.concat([bytes.subarray(0, to), ...Array.from({ length: below(8, random) }, () => bytes.subarray(from, to)), bytes.subarray(to)])
  },
  function insertNoise(bytes, random) {
    const at = below(bytes.length, random)
    const noise = Buffer.from(Array.from({ length: below(32, random) }, () => below(256, random)))
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)])
  },
]

function range(length: number, random: () => number): readonly [number, number] {
  const [a, b] = [below(length, random), below(length, random)]
  return a < b ? [a, b] : [b, a]
}

function below(count: number, random: () => number): number {
  return Math.floor(random() * count)
}
