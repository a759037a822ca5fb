/** Holds handlers back until so many wait at it, so that their exchanges surely overlap. */
export interface Gate {
  /** Resolves when the gate opens; at once while it holds nobody back. */
  pass(): Promise<void>
  /** From now on holds back until `count` wait, then lets all go. */
  holdUntil(count: number): void
}

export function createGate(): Gate {
  let needed = 0
  let waiting: (() => void)[] = []
  return {
    pass: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        if (waiting.length < needed) return
        for (const go of waiting) go()
        waiting = []
        needed = 0
      }),
    holdUntil: (count) => {
      needed = count
    },
  }
}
