import { mkdirSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { runFuzz, type FuzzResult } from './fuzz/run-fuzz.ts'
import { describeMachine, today } from './machine.ts'
import { toTable } from './markdown-table.ts'

// Sends mutated batches to the server and judges its answers, its event loop and its memory. Run it with
//   node --conditions=@wayside/source bench/fuzz.ts [bodies] [seed]
const bodies = Number(process.argv[2] ?? 1_000_000)
const seed = Number(process.argv[3] ?? 1)

const result = await runFuzz({ seed, bodies, warmUpBodies: bodies / 2, log: (line) => console.log(line) })
const text = toSection(result)
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/fuzz.md', import.meta.url), text)
console.log(text)
// Unlike a figure, a broken promise is a failure.
if (result.faults.length > 0) process.exitCode = 1

function toSection({ seconds, byRule, byLevel, loopCpuMs, memory, faults }: FuzzResult): string {
  const figure = (value: number) => Math.round(value).toLocaleString('en')
  const share = (counts: ReadonlyMap<string, number>) =>
    toTable(
      ['', 'bodies'],
      [...counts].toSorted(([, a], [, b]) => b - a).map(([name, count]) => [name, figure(count)]),
    )
  return `## bench/fuzz: mutated batches

${describeMachine()}. ${today()}. \`node --conditions=@wayside/source bench/fuzz.ts ${bodies} ${seed}\`

${figure(bodies)} bodies in ${figure(seconds / 60)} minutes, made of valid batches by changing bytes, JSON tokens, columns or compression, over 16 connections to
a server in a process of its own. Each answer is a receipt or a problem document that names its rule; a fault is anything
else, the end of the process, an error in its log, a body that keeps the event loop for more than 50 ms each of three
times that it comes alone, or memory that grows by more than 32 MiB in the second half of the run.

| measure | |
|---|--:|
| faults | ${faults.length} |
| the most that the event loop computed in one go, ms: worst of all, and 99th percentile of runs of 500 bodies | ${figure(loopCpuMs.worst)}, ${figure(loopCpuMs.p99)} |
| most memory in the first half, MiB | ${figure(memory.afterWarmUpBytes / 1_048_576)} |
| growth beyond it in the second, MiB | ${figure(memory.grownBytes / 1_048_576)} |

What was changed:

${share(byLevel)}

What was answered, by rule:

${share(byRule)}
${faults.length === 0 ? '' : `\nFaults:\n\n${faults.map((fault) => `- ${fault}`).join('\n')}\n`}`
}
