import type { IgnoreRule } from './options.ts'

/** Tells whether an exchange is to be ignored, from its source, its route (`null` when unmatched) and its path. */
export type IgnoreTest<Source> = (source: Source, route: string | null, path: string) => boolean

/** Makes one test of all rules. A rule function that throws does not ignore. */
export function createIgnoreTest<Source>(rules: readonly IgnoreRule<Source>[]): IgnoreTest<Source> {
  if (rules.length === 0) return () => false
  const exact = new Set<string>()
  const patterns: ((text: string) => boolean)[] = []
  const functions: ((source: Source) => boolean)[] = []
  for (const rule of rules) {
    if (typeof rule === 'function') functions.push(rule)
    else if (rule.includes('*')) patterns.push(toPattern(rule))
    else exact.add(rule)
  }
  return (source, route, path) => {
    if (exact.has(path) || (route !== null && exact.has(route))) return true
    if (patterns.some((matches) => matches(path) || (route !== null && matches(route)))) return true
    return functions.some((ignores) => asks(ignores, source))
  }
}

function asks<Source>(ignores: (source: Source) => boolean, source: Source): boolean {
  try {
    return ignores(source) === true
  } catch {
    return false
  }
}

/** Matches greedily piece by piece: linear in the text, whatever the pattern, where a regular expression may not be. */
function toPattern(rule: string): (text: string) => boolean {
  const [first = '', ...rest] = rule.split('*')
  const last = rest.pop() ?? ''
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
    let from = first.length
    for (const piece of rest) {
      const at = text.indexOf(piece, from)
      if (at === -1) return false
      from = at + piece.length
    }
    return from <= text.length - last.length
  }
}
