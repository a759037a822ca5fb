import { pick } from '../../scripts/random.ts'
import { NASTY_TOKENS } from './nasty-tokens.ts'

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g
const MAX_STEPS = 5

/** Replaces, removes, repeats and swaps tokens of JSON; mostly what comes out is JSON of another shape, or nearly so. */
export function mutateTokens(json: string, random: () => number): string {
  const tokens = json.match(TOKEN) ?? []
  for (let step = Math.ceil(random() * MAX_STEPS); step > 0; step--) pick(STEPS, random)(tokens, random)
  return tokens.join('')
}

type Step = (tokens: string[], random: () => number) => void

const place = (tokens: readonly string[], random: () => number) => Math.floor(random() * tokens.length)

const STEPS: readonly Step[] = [
  (tokens, random) => (tokens[placeOfValue(tokens, random)] = pick(NASTY_TOKENS, random)),
  (tokens, random) => (tokens[placeOfValue(tokens, random)] = pick(NASTY_TOKENS, random)),
  (tokens, random) => (tokens[place(tokens, random)] = pick(NASTY_TOKENS, random)),
  (tokens, random) => tokens.splice(place(tokens, random), 0, pick(NASTY_TOKENS, random)),
  (tokens, random) => tokens.splice(place(tokens, random), Math.ceil(random() * 4)),
  function repeat(tokens, random) {
    const at = place(tokens, random)
    const some = tokens.slice(at, at + Math.ceil(random() * 8))
    tokens.splice(at, 0, ...some)
  },
  function swap(tokens, random) {
    const [a, b] = [place(tokens, random), place(tokens, random)]
    const kept = tokens[a] ?? ''
    tokens[a] = tokens[b] ?? ''
    tokens[b] = kept
  },
]

/** A place that holds no bracket, comma or colon, so that what comes out stays JSON. */
function placeOfValue(tokens: readonly string[], random: () => number): number {
  for (let attempt = 0; attempt < 20; attempt++) {
    const at = place(tokens, random)
    if (!/^[{}[\],:]$/.test(tokens[at] ?? '')) return at
  }
  return place(tokens, random)
}
