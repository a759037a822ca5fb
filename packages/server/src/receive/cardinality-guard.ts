import { detachText } from '../detach-text.ts'

/**
 * Bounds how many different values of one member a project may bring into the rollups. A value past the bound is
 * stored as unknown (`null`), as unmatched routes are; the event's path and user agent stay. The bound is counted
 * since this server started: it keeps an endless supply of values out, it is no exact quota.
 */
export interface CardinalityGuard {
  admit(projectId: number, value: string | null): string | null
}

export function createCardinalityGuard(maxValues: number): CardinalityGuard {
  const known = new Map<number, Set<string>>()
  return {
    admit(projectId, value) {
      if (value === null) return null
      let values = known.get(projectId)
      if (values === undefined) known.set(projectId, (values = new Set()))
      if (values.has(value)) return value
      if (values.size >= maxValues) return null
      values.add(detachText(value))
      return value
    },
  }
}
