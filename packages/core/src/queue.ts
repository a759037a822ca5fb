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
export interface Queue<Item> {
  push(item: Item, nowMs: number): void
  /** The ordinal that the next push gets. */
  readonly nextOrdinal: number
  /** Takes at most `max` of the oldest. */
  take(max: number): Entry<Item>[]
  /** Removes those pushed before an instant, oldest first, and returns them. */
  takeOlderThan(instantMs: number): Entry<Item>[]
  readonly size: number
  readonly bytes: number
}

export interface QueueOptions<Item> {
  readonly maxItems: number
  readonly maxBytes: number
  /** Upper bound of what an item occupies. */
  readonly sizeOf: (item: Item) => number
  /** Told once for each item that had to make room. */
  readonly onOverflow: (entry: Entry<Item>) => void
}

/** Makes a queue in which the oldest item makes room for the newest. */
export function createQueue<Item>({ maxItems, maxBytes, sizeOf, onOverflow }: QueueOptions<Item>): Queue<Item> {
  // Taken from the front by moving `head`; what is behind is cut off when it is a quarter, so a push stays cheap.
  let entries: Entry<Item>[] = []
  let head = 0
  let bytes = 0
  let nextOrdinal = 0

  const shift = (): Entry<Item> | undefined => {
    const entry = entries[head]
    if (entry === undefined) return undefined
    head++
    bytes -= entry.bytes
    return entry
  }
  const compact = () => {
    if (head < 256 || head * 4 < entries.length) return
    entries = entries.slice(head)
    head = 0
  }

  return {
    push(item, nowMs) {
      const itemBytes = sizeOf(item)
      entries.push({ item, ordinal: nextOrdinal++, bytes: itemBytes, pushedAtMs: nowMs })
      bytes += itemBytes
      while (entries.length - head > maxItems || bytes > maxBytes) {
        const oldest = shift()
        if (oldest === undefined) break
        onOverflow(oldest)
      }
      compact()
    },
    take(max) {
      const taken = entries.slice(head, head + max)
      for (const entry of taken) bytes -= entry.bytes
      head += taken.length
      compact()
      return taken
    },
    takeOlderThan(instantMs) {
      const taken: Entry<Item>[] = []
      for (let next = entries[head]; next !== undefined && next.pushedAtMs < instantMs; next = entries[head]) {
        taken.push(next)
        shift()
      }
      compact()
      return taken
    },
    get nextOrdinal() {
      return nextOrdinal
    },
    get size() {
      return entries.length - head
    },
    get bytes() {
      return bytes
    },
  }
}
