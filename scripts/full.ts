// What takes too long for every change, two hours: `npm run full`. `npm run full -- chaos` runs only the steps so
// named; `--seed N` repeats a run, `--minutes M` shortens its chaos.
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { root, runCommand } from './run-command.ts'
import { runSteps, type Step } from './run-steps.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: String(Date.now() % 1_000_000) }, minutes: { type: 'string', default: '10' } },
})
const seed = Number(values.seed)

const STEPS: readonly Step[] = [
  ...[seed, seed + 1, seed + 2].map((each): Step => ({
    name: `chaos with seed ${each} for ${values.minutes} minutes`,
    run: async () => lastLine(await node('scripts/chaos.ts', '--seed', String(each), '--minutes', values.minutes)),
  })),
  { name: `200 kills of the collector, seed ${seed}`, run: () => vitest('server', 'test/crash.test.ts', { WAYSIDE_KILLS: '200', WAYSIDE_SEED: String(seed) }) },
  { name: 'start with a GiB of journal', run: () => vitest('server', 'test/start-time.test.ts', { WAYSIDE_JOURNAL_MIB: '1024' }) },
  { name: 'the matrix, loaded in both ways on every Node', run: async () => lastLine(await node('scripts/matrix.ts', '--all-formats')) },
  { name: 'Lighthouse on the overview', run: async () => lastLine(await node('scripts/check.ts', 'lighthouse')) },
  { name: '5,000 histories of queue, retry and spool', run: () => vitest('core', 'test/lane-model.test.ts', { WAYSIDE_RUNS: '5000' }) },
  { name: `a million hostile bodies, seed ${seed}`, run: async () => void (await node('bench/fuzz.ts', '1000000', String(seed))) },
]

const isWanted = ({ name }: Step) => positionals.length === 0 || positionals.some((word) => name.includes(word))
const { passed, failed } = await runSteps(STEPS.filter(isWanted))
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function node(...args: readonly string[]): Promise<string> {
  return runCommand(process.execPath, ['--conditions=@wayside/source', ...args], { quiet: true })
}

async function vitest(project: string, file: string, env: Readonly<Record<string, string>>): Promise<void> {
  await runCommand(join(root, 'node_modules/.bin/vitest'), ['run', '--project', project, file], { quiet: true, env: { ...process.env, ...env } })
}

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? ''
}
