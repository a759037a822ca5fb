// Random faults against a real collector and several apps: `npm run chaos -- --seed N --minutes M`. Prints the faults, the
// books of every app and what was not conserved; ends with 1 when anything was not.
import process from 'node:process'
import { parseArgs } from 'node:util'
import { runChaos } from '../bench/chaos/run-chaos.ts'
import { toTable } from '../bench/markdown-table.ts'
import type { BooksLine } from '../packages/testing/src/conservation-oracle.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '1' } } })
const seed = readNumber('seed', values.seed, Number.isSafeInteger)
const minutes = readNumber('minutes', values.minutes, (value) => value > 0)

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())

const { violations, books } = await runChaos({ seed, durationMs: minutes * 60_000, log: console.log, signal: stop.signal }).catch((error: unknown) => {
  if (!stop.signal.aborted) throw error
  console.log('Stopped; nothing was judged.')
  process.exit(1)
})
console.log(`\n${toTable(['app', 'captured', 'stored', 'acked', 'dropped', 'of these shed', 'pending', 'missing', 'may miss'], [...books, total(books)].map(toRow))}\n`)
for (const { invariant, producer, what } of violations) console.log(`VIOLATED  ${invariant}: ${producer}: ${what}`)
console.log(violations.length === 0 ? `Seed ${seed}: the books balance.` : `Seed ${seed}: ${violations.length} violations. The same seed brings the same faults.`)
process.exitCode = violations.length === 0 ? 0 : 1

function readNumber(name: string, text: string, isFine: (value: number) => boolean): number {
  const value = Number(text)
  if (isFine(value)) return value
  throw new Error(`--${name} must be a number, got ${JSON.stringify(text)}`)
}

function total(books: readonly BooksLine[]): BooksLine {
  const sum = (read: (line: BooksLine) => number) => books.reduce((total, line) => total + read(line), 0)
  return {
    producer: 'all',
    captured: sum(({ captured }) => captured),
    stored: sum(({ stored }) => stored),
    acked: sum(({ acked }) => acked),
    dropped: sum(({ dropped }) => dropped),
    shed: sum(({ shed }) => shed),
    pending: sum(({ pending }) => pending),
    missing: sum(({ missing }) => missing),
    mayMiss: sum(({ mayMiss }) => mayMiss),
  }
}

function toRow({ producer, ...counts }: BooksLine): string[] {
  const { captured, stored, acked, dropped, shed, pending, missing, mayMiss } = counts
  return [producer, ...[captured, stored, acked, dropped, shed, pending, missing, mayMiss].map((count) => count.toLocaleString('en'))]
}
