/** Remembers the results of a pure function for the arguments used last. */
export function remember<Result>(compute: (argument: string) => Result, maxEntries: number): (argument: string) => Result {
  /** In the order of use: the first was used longest ago. */
  const results = new Map<string, Result>()
  return (argument) => {
    const known = results.has(argument)
    // Boundary: `has` tells a missing entry from one whose result is `undefined`.
    const result = known ? (results.get(argument) as Result) : compute(argument)
    if (known) results.delete(argument)
    else if (results.size >= maxEntries) {
      const [oldest] = results.keys()
      if (oldest !== undefined) results.delete(oldest)
    }
    results.set(argument, result)
    return result
  }
}
