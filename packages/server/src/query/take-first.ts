/** The first `count` items of `items.toSorted(compare)`, without sorting those that are far behind. */
export function takeFirst<Item>(items: Iterable<Item>, count: number, compare: (a: Item, b: Item) => number): readonly Item[] {
  let kept: Item[] = []
  let bound: Item | undefined
  for (const item of items) {
    if (bound !== undefined && compare(item, bound) >= 0) continue
    kept.push(item)
    if (kept.length < 2 * count) continue
    kept = kept.sort(compare).slice(0, count)
    bound = kept.at(-1)
  }
  return kept.sort(compare).slice(0, count)
}
