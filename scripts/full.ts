// What takes too long for every change: `npm run full` runs chaos with three seeds for ten minutes each, 200 kills of the
// collector and a million hostile bodies. `npm run full -- chaos` runs only the steps so named; `--seed N` repeats a run,
// `--minutes M` shortens its chaos.
import { existsSync } from 'node:fs'
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
  { name: '200 kills of the collector', run: () => crashTest({ WAYSIDE_KILLS: '200', WAYSIDE_SEED: String(seed) }) },
  ...benchIfThere('fuzz', 'a million hostile bodies'),
]

const isWanted = ({ name }: Step) => positionals.length === 0 || positionals.some((word) => name.includes(word))
const { passed, failed } = await runSteps(STEPS.filter(isWanted))
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function node(...args: readonly string[]): Promise<string> {
  return runCommand(process.execPath, ['--conditions=@wayside/source', ...args], { quiet: true })
}

async function crashTest(env: Readonly<Record<string, string>>): Promise<void> {
  const args = ['run', '--project', 'server', 'test/crash.test.ts']
  await runCommand(join(root, 'node_modules/.bin/vitest'), args, { quiet: true, env: { ...process.env, ...env } })
}

function benchIfThere(bench: string, name: string): Step[] {
  return existsSync(join(root, `bench/${bench}.ts`)) ? [{ name, run: async () => void (await node(`bench/${bench}.ts`)) }] : []
}

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? ''
}
