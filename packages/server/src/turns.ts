/** Gives heavy work its turn: each piece gets a turn of the event loop to itself. */
export interface Turns {
  /** Resolves in the caller's own turn, in the order of asking; what follows up to the next `await` runs in it. */
  next(): Promise<void>
}

/**
 * Bodies arrive in crowds, and what is milliseconds for one would be a long stall for many in one turn of the loop. Here
 * they queue: between two pieces the loop serves whatever else is ready.
 */
export function createTurns(): Turns {
  const waiting: (() => void)[] = []

  const run = (): void => {
    const resolve = waiting.shift()
    // Scheduled first: from within this phase it means the next round of the loop.
    if (waiting.length > 0) setImmediate(run)
    resolve?.()
  }

  return {
    next: () =>
      new Promise((resolve) => {
        if (waiting.push(resolve) === 1) setImmediate(run)
      }),
  }
}

/** Work of one turn: short enough that several of them in a row keep nobody waiting. */
const SLICE_MS = 8

/** `items.map(map)` in as many turns as it takes. The first slice runs in the caller's turn. */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  map: (item: Item) => Result,
  turns: Turns,
  monotonicMs: () => number = () => performance.now(),
): Promise<readonly Result[]> {
  const results: Result[] = []
  let sliceStartMs = monotonicMs()
  for (const item of items) {
    if (monotonicMs() - sliceStartMs >= SLICE_MS) {
      await turns.next()
      sliceStartMs = monotonicMs()
    }
    results.push(map(item))
  }
  return results
}
