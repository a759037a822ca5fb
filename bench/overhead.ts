// What a package adds to a request, beside its peers. Run by `npm run bench overhead`; see bench/README.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { packAll } from '../scripts/pack-all.ts'
import { root } from '../scripts/run-command.ts'
import { installPackages } from './install-packages.ts'
import type { LoadMaker } from './overhead/load-maker.ts'
import { OTHER_CORE } from './overhead/measured-app.ts'
import { MEASURED_PACKAGES } from './overhead/measured-packages.ts'
import { startPinned } from './overhead/pinned-process.ts'
import { FRAMEWORK_NAMES, type Framework, toPlan } from './overhead/plan.ts'
import { toReport } from './overhead/report.ts'
import { type GroupResult, runGroup } from './overhead/run-group.ts'
import type { Sink } from './overhead/sink.ts'

const ROUNDS = 20
const QUICK_ROUNDS = 3
const SLICE_MS = 2_000
const QUICK_SLICE_MS = 1_000

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    // May be given several times.
    framework: { type: 'string', multiple: true },
    // Bare, no-op listener, Wayside and Apitally, without the other peers.
    main: { type: 'boolean', default: false },
    // Measures the tarballs that were packed last instead of packing the packages again.
    packed: { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, 'bench/results/overhead.md') },
  },
})

if (process.platform !== 'linux' || availableParallelism() < 2)
  throw new Error('bench/overhead needs Linux with at least two cores: the app runs alone on one of them')
if (!values.packed) await packAll()
await installPackages({ name: 'overhead', packages: MEASURED_PACKAGES, own: ['core', 'express', 'fastify', 'koa', 'nestjs'] })

const sliceMs = values.quick ? QUICK_SLICE_MS : SLICE_MS
const plan = toPlan({ rounds: readRounds(), frameworks: readFrameworks(), peers: !values.main })
const file = (name: string) => fileURLToPath(new URL(`overhead/${name}`, import.meta.url))
const sink = await startPinned<Sink>(OTHER_CORE, file('sink.ts'))
const loadMaker = await startPinned<LoadMaker>(OTHER_CORE, file('load-maker.ts'))
try {
  const results: GroupResult[] = []
  for (const group of plan) results.push(await runGroup(group, sliceMs, sink, loadMaker))
  const command = ['npm run bench overhead --', ...process.argv.slice(2)].join(' ')
  const report = toReport(results, { command, sliceMs })
  mkdirSync(join(values.out, '..'), { recursive: true })
  writeFileSync(values.out, report)
  process.stdout.write(`\n${report}`)
} finally {
  await Promise.all([sink.stop(), loadMaker.stop()])
}

function readRounds(): number {
  if (values.rounds === undefined) return values.quick ? QUICK_ROUNDS : ROUNDS
  const rounds = Number(values.rounds)
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 1_000) return rounds
  throw new Error(`--rounds must be a whole number from 1 to 1000, got ${JSON.stringify(values.rounds)}`)
}

/** All of them, or those named. */
function readFrameworks(): readonly Framework[] {
  const known = Object.keys(FRAMEWORK_NAMES) as Framework[]
  if (values.framework === undefined || values.framework.length === 0) return known
  return values.framework.map((name) => {
    const framework = known.find((each) => each === name)
    if (framework === undefined) throw new Error(`--framework must be one of ${known.join(', ')}, got ${JSON.stringify(name)}`)
    return framework
  })
}
