import { crc32 } from 'node:zlib'

/** What stands in reports for the values past a bound. */
export const OTHER = '(other)'

/** Bounds how many different values of one member a project may bring into the rollups in a day. */
export interface CardinalityGuard {
  /** The value where it was seen before or there is room for one more, `OTHER` where there is not. */
  admit(projectId: number, value: string | null): string | null
}

export interface CardinalityGuardOptions {
  readonly maxValues: number
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Told once a day of each project that has reached the bound. */
  readonly onFull: (projectId: number) => void
}

const DAY_MS = 86_400_000

/**
 * An endless supply of values stays out of the rollups, and of the memory: a value is remembered as 32 bits, so that one
 * in a few thousand attacking ones gets in unseen. Those of the day before keep their places.
 */
export function createCardinalityGuard({ maxValues, now, onFull }: CardinalityGuardOptions): CardinalityGuard {
  let day = Math.floor(now() / DAY_MS)
  let today = new Map<number, Set<number>>()
  let yesterday: typeof today = new Map()
  const full = new Set<number>()

  const turnDay = (): void => {
    const current = Math.floor(now() / DAY_MS)
    if (current === day) return
    day = current
    yesterday = today
    today = new Map()
    full.clear()
  }

  return {
    admit(projectId, value) {
      if (value === null) return null
      turnDay()
      let known = today.get(projectId)
      if (known === undefined) today.set(projectId, (known = new Set()))
      // As an integer that needs no memory of its own.
      const mark = crc32(value) | 0
      if (known.has(mark)) return value
      if (known.size >= maxValues && yesterday.get(projectId)?.has(mark) !== true) {
        if (!full.has(projectId)) onFull(projectId)
        full.add(projectId)
        return OTHER
      }
      known.add(mark)
      return value
    },
  }
}
