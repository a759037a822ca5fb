import type { Strategy } from './receiver.ts'

/** A group as it is written in text. */
export interface WrittenGroup {
  readonly strategy: Strategy
  readonly addresses: readonly string[]
}

/** A mark, a quoted address, or an address, in which only an IPv6 host may have brackets. */
const TOKENS = /[{}[\],|]|"[^"]*"|'[^']*'|(?:[^\s,|{}[\]"']|\[[^\]]*\])+|["']/g

const CLOSING = new Map([
  ['{', '}'],
  ['[', ']'],
])

/**
 * Reads receivers in the notations of API managers: one group as `a | b` (failover) or `a, b` (load balance); several
 * as `{a | b}, {c, d}`, where brackets and quoted addresses serve as well. Returns what is wrong as a text that goes on
 * after the option's name.
 */
export function parseNotation(text: string): readonly WrittenGroup[] | string {
  const tokens = text.match(TOKENS) ?? []
  const first = tokens[0]
  if (first === undefined) return 'has no address'
  return CLOSING.has(first) ? readGroups(tokens) : readGroup(tokens)
}

function readGroups(tokens: readonly string[]): readonly WrittenGroup[] | string {
  const groups: WrittenGroup[] = []
  for (let at = 0; ; ) {
    const close = CLOSING.get(tokens[at] ?? '')
    if (close === undefined) return `needs a group in braces ${where(tokens, at)}; write each group as {address | address}`
    const end = tokens.indexOf(close, at)
    if (end === -1) return `lacks a ${close}`
    const group = readGroup(tokens.slice(at + 1, end))
    if (typeof group === 'string') return group
    groups.push(...group)
    at = end + 1
    if (at === tokens.length) return groups
    if (tokens[at] !== ',') return `needs a comma between groups, not ${tokens[at]}: each group gets every event`
    at++
  }
}

/** Addresses with the same mark between all of them. */
function readGroup(tokens: readonly string[]): readonly [WrittenGroup] | string {
  if (tokens.length === 0) return 'has an empty group; leave it out or name a receiver in it'
  const addresses: string[] = []
  let mark: string | null = null
  for (let at = 0; ; at++) {
    const address = (tokens[at] ?? '').replace(/^(["'])(.*)\1$/, '$2')
    if (/^[{}[\],|"']?$/.test(address)) return `needs an address ${where(tokens, at)}`
    addresses.push(address)
    const next = tokens[++at]
    if (next === undefined) return [{ strategy: mark === ',' ? 'loadbalance' : 'failover', addresses }]
    if (next !== ',' && next !== '|') return `needs , or | between ${address} and ${next}`
    if (mark !== null && next !== mark)
      return 'mixes , (load balance) and | (failover) in one group; use one of them, or several groups as {a | b}, {c, d}'
    mark = next
  }
}

function where(tokens: readonly string[], at: number): string {
  if (at === 0) return 'at its start'
  const before = tokens[at - 1] ?? ''
  return `after ${before}`
}
