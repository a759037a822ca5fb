/** What the queue keeps about an item. */
export interface Entry<Item> {
  readonly item: Item
  /** Position in the order of all pushes, from 0. */
  readonly ordinal: number
  /** Estimate, an upper bound. */
  readonly bytes: number
  /** Monotonic milliseconds. */
  readonly pushedAtMs: number
}

/** Items in the order of their arrival, bounded by count and by bytes. */
export interface Queue<Item> extends Iterable<Entry<Item>> {
  push(item: Item, nowMs: number): void
  /** Takes the oldest: at most so many items, and so many bytes where that is more than one item. */
  take(maxItems: number, maxBytes: number): Entry<Item>[]
  /** Removes those pushed before an instant, oldest first, and returns them. */
  takeOlderThan(instantMs: number): Entry<Item>[]
  /** When the oldest was pushed; `Infinity` when there is none. */
  readonly oldestPushedAtMs: number
  readonly size: number
  readonly bytes: number
}

export interface QueueOptions<Item> {
  readonly maxItems: number
  /** How many bytes the items may have now: what shares the memory with them may have grown. */
  readonly roomBytes: () => number
  /** Upper bound of what an item occupies. */
  readonly sizeOf: (item: Item) => number
  /** Items that make room last. */
  readonly isPrecious: (item: Item) => boolean
  /** Told once for each item that had to make room. */
  readonly onOverflow: (item: Item) => void
}

/**
 * Makes a queue in which the oldest item makes room for the newest, the oldest precious one only when no other is left.
 * A push costs the same however many wait.
 */
export function createQueue<Item>({ maxItems, roomBytes, sizeOf, isPrecious, onOverflow }: QueueOptions<Item>): Queue<Item> {
  const ordinary = createLine<Item>()
  const precious = createLine<Item>()
  let size = 0
  let bytes = 0
  let nextOrdinal = 0

  const shift = (line: Line<Item>): Entry<Item> | undefined => {
    const entry = line.shift()
    if (entry === undefined) return undefined
    size--
    bytes -= entry.bytes
    return entry
  }
  /** The line whose first item came before the other's. */
  const elder = (): Line<Item> => ((precious.first?.ordinal ?? Infinity) < (ordinary.first?.ordinal ?? Infinity) ? precious : ordinary)

  return {
    push(item, nowMs) {
      const itemBytes = sizeOf(item)
      const line = isPrecious(item) ? precious : ordinary
      line.push({ item, ordinal: nextOrdinal++, bytes: itemBytes, pushedAtMs: nowMs })
      size++
      bytes += itemBytes
      while (size > maxItems || bytes > roomBytes()) {
        const victim = shift(ordinary) ?? shift(precious)
        if (victim === undefined) break
        onOverflow(victim.item)
      }
    },
    take(maxItems, maxBytes) {
      const taken: Entry<Item>[] = []
      let takenBytes = 0
      while (taken.length < maxItems) {
        const line = elder()
        const { first } = line
        if (first === undefined || (taken.length > 0 && takenBytes + first.bytes > maxBytes)) break
        takenBytes += first.bytes
        taken.push(first)
        shift(line)
      }
      return taken
    },
    takeOlderThan(instantMs) {
      const taken: Entry<Item>[] = []
      for (;;) {
        const line = elder()
        const { first } = line
        if (first === undefined || first.pushedAtMs >= instantMs) return taken
        taken.push(first)
        shift(line)
      }
    },
    *[Symbol.iterator]() {
      yield* ordinary
      yield* precious
    },
    get oldestPushedAtMs() {
      return elder().first?.pushedAtMs ?? Infinity
    },
    get size() {
      return size
    },
    get bytes() {
      return bytes
    },
  }
}

interface Line<Item> extends Iterable<Entry<Item>> {
  push(entry: Entry<Item>): void
  shift(): Entry<Item> | undefined
  readonly first: Entry<Item> | undefined
}

/** Taken from the front by moving `head`; what is behind is cut off when it is a quarter, so that a push stays cheap. */
function createLine<Item>(): Line<Item> {
  let entries: Entry<Item>[] = []
  let head = 0
  return {
    push: (entry) => void entries.push(entry),
    shift() {
      const entry = entries[head]
      if (entry === undefined) return undefined
      head++
      if (head >= 256 && head * 4 >= entries.length) {
        entries = entries.slice(head)
        head = 0
      }
      return entry
    },
    get first() {
      return entries[head]
    },
    *[Symbol.iterator]() {
      for (let at = head; at < entries.length; at++) {
        const entry = entries[at]
        if (entry !== undefined) yield entry
      }
    },
  }
}
