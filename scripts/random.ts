/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One of the values, each as likely as its weight says. */
export function pickWeighted<Value extends { readonly weight: number }>(values: readonly Value[], random: () => number): Value {
  let left = random() * values.reduce((sum, { weight }) => sum + weight, 0)
  for (const value of values) if ((left -= value.weight) < 0) return value
  const last = values.at(-1)
  if (last === undefined) throw new Error('nothing to pick from')
  return last
}

export function pick<Value>(values: readonly Value[], random: () => number): Value {
  return values[Math.floor(random() * values.length)] as Value // In bounds, as random() < 1 and no list here is empty.
}

/** A new list in random order. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
