import { detachText } from '../detach-text.ts'

/**
 * Remembers the results of a pure function, up to `maxEntries` of them. Two generations instead of an order of use: a
 * hit costs one look-up, and what was not asked for during a whole generation is forgotten.
 */
export function remember<Result extends object>(compute: (argument: string) => Result, maxEntries: number): (argument: string) => Result {
  const generation = Math.ceil(maxEntries / 2)
  let young = new Map<string, Result>()
  let old = new Map<string, Result>()
  return (argument) => {
    const known = young.get(argument)
    if (known !== undefined) return known
    const own = detachText(argument)
    const result = old.get(argument) ?? compute(own)
    if (young.size >= generation) {
      old = young
      young = new Map()
    }
    young.set(own, result)
    return result
  }
}
