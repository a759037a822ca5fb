import type { WireBatch } from '../../packages/protocol/src/index.ts'
import { pick } from '../../scripts/random.ts'

/** JSON as a tree that may be changed anywhere. */
type Node = Record<string, unknown> | unknown[]

const MAX_STEPS = 4

/** Changes the shape of a batch where its columns depend on each other: lengths, indexes, counts, numbers, kinds. */
export function mutateColumns(batch: WireBatch, random: () => number): unknown {
  const copy: unknown = structuredClone(batch)
  for (let step = Math.ceil(random() * MAX_STEPS); step > 0; step--) {
    const nodes = [...nodesOf(copy)]
    if (nodes.length > 0) pick(STEPS, random)(pick(nodes, random), random)
  }
  return copy
}

function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return
  // Boundary: what JSON.parse and structuredClone make is one of these two.
  yield value as Node
  for (const part of Object.values(value)) yield* nodesOf(part)
}

const NUMBERS = [0, -0, -1, 1, 2, 0.5, 99, 100, 599, 600, 2_000, 2_001, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e300, -1e300, 253_402_300_799_999, 1_760_000_000_000_000]
const VALUES: readonly unknown[] = [...NUMBERS, null, true, '', 'x', '__proto__', '203.0.113.0/24', '\ud800', '\u0000', [], {}, [[]], { values: ['a'], index: [0] }, { n: 1, members: {} }]

/** A new one each time: what one step puts in, the next may change. */
function anyValue(random: () => number): unknown {
  return structuredClone(pick(VALUES, random))
}

type Step = (node: Node, random: () => number) => void

const STEPS: readonly Step[] = [
  (node, random) => replace(node, anyValue(random), random),
  (node, random) => replace(node, pick(NUMBERS, random), random),
  function remove(node, random) {
    const key = keyOf(node, random)
    if (Array.isArray(node)) node.splice(Number(key), 1)
    else delete node[key]
  },
  function lengthen(node, random) {
    if (Array.isArray(node)) node.push(...structuredClone(node.slice(0, Math.ceil(random() * 3))), anyValue(random))
    else node[pick(['n', 'index', 'values', 'members', 'seq', 'time', 'columns', 'shed', 'droppedSeqs', 'constructor'], random)] = anyValue(random)
  },
  function reverse(node) {
    if (Array.isArray(node)) node.reverse()
  },
  function nest(node, random) {
    const key = keyOf(node, random)
    Reflect.set(node, key, [Reflect.get(node, key)])
  },
  function sameEverywhere(node, random) {
    if (Array.isArray(node)) for (const at of node.keys()) node[at] = anyValue(random)
  },
  function asText(node, random) {
    const key = keyOf(node, random)
    Reflect.set(node, key, String(Reflect.get(node, key)))
  },
]

function replace(node: Node, value: unknown, random: () => number): void {
  Reflect.set(node, keyOf(node, random), value)
}

function keyOf(node: Node, random: () => number): string {
  const keys = Object.keys(node)
  return keys.length === 0 ? '0' : pick(keys, random)
}
