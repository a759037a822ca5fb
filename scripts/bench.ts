// Runs the benchmarks and puts their sections into bench/RESULTS.md: `npm run bench -- [overhead record ingest query page load delivery fuzz size]
// [--rounds N] [--quick]`; all of them without a name. bench/README.md says what each measures and how long it takes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { root, runCommand } from './run-command.ts'

interface Choice {
  readonly rounds: string | undefined
  readonly quick: boolean
}

/** The arguments of each benchmark, in the order of their sections. */
const BENCHES = {
  overhead: toFlags,
  record: ({ rounds, quick }: Choice) => toList(rounds ?? (quick ? '5' : undefined)),
  ingest: ({ rounds, quick }: Choice) => (quick ? [rounds ?? '1', '100000'] : toList(rounds)),
  query: ({ rounds, quick }: Choice) => ['--events', quick ? '1000000' : '10000000', '--rounds', rounds ?? (quick ? '5' : '20')],
  page: ({ rounds, quick }: Choice) => ['--events', quick ? '1000000' : '10000000', '--rounds', rounds ?? (quick ? '3' : '7')],
  load: ({ rounds, quick }: Choice) => ['--events', quick ? '1000000' : '10000000', '--rounds', rounds ?? (quick ? '1' : '3'), '--seconds', quick ? '5' : '20'],
  delivery: toFlags,
  fuzz: ({ quick }: Choice) => (quick ? ['20000'] : []),
  size: () => [],
} as const

type Bench = keyof typeof BENCHES

const HEAD = `# Results of the benchmarks

Written by \`npm run bench\`. Each section names its command, its day, the machine and the versions. \`bench/README.md\`
says what is measured and how.`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, quick: { type: 'boolean', default: false } },
})
const names = Object.keys(BENCHES) as Bench[]
const unknown = positionals.find((word) => !names.some((name) => name === word))
if (unknown !== undefined) throw new Error(`there is no benchmark ${JSON.stringify(unknown)}; there are ${names.join(', ')}`)
const wanted = names.filter((name) => positionals.length === 0 || positionals.includes(name))

for (const name of wanted) {
  const args = BENCHES[name]({ rounds: values.rounds, quick: values.quick })
  await runCommand(process.execPath, ['--conditions=@wayside/source', join('bench', `${name}.ts`), ...args])
}
writeFileSync(join(root, 'bench/RESULTS.md'), joinSections())

/** The sections that were measured last: those of this run, and for the others those that RESULTS.md has. */
function joinSections(): string {
  const sections = names.map((name) => (wanted.includes(name) ? read(`bench/results/${name}.md`) : earlier(name)))
  return [HEAD, ...sections.filter((section) => section !== '')].map((text) => text.trim()).join('\n\n').concat('\n')
}

function earlier(name: Bench): string {
  const sections = read('bench/RESULTS.md').split(/^(?=## )/m)
  return sections.find((section) => section.startsWith(`## bench/${name}:`)) ?? ''
}

function read(path: string): string {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
}

function toFlags({ rounds, quick }: Choice): string[] {
  return [...(rounds === undefined ? [] : ['--rounds', rounds]), ...(quick ? ['--quick'] : [])]
}

function toList(rounds: string | undefined): string[] {
  return rounds === undefined ? [] : [rounds]
}
