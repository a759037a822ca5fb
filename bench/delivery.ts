// What SDKs lose, send twice and cost when processes end and collectors fail. Run by `npm run bench delivery`; see
// bench/README.md.
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { packAll } from '../scripts/pack-all.ts'
import { root } from '../scripts/run-command.ts'
import { type Collector, openWaysideProject, startPeerCollector } from './delivery/collector.ts'
import { MEASURED_PACKAGES } from './delivery/measured-packages.ts'
import { PROTOCOLS } from './delivery/protocols.ts'
import { type SituationResult, toReport } from './delivery/report.ts'
import { type Outcome, runSituation } from './delivery/run-situation.ts'
import { type Situation, toSituations } from './delivery/situations.ts'
import { PEERS, type Peer, VARIANT_NAMES, type Variant } from './delivery/variants.ts'
import { startServerProcess } from './ingest/server-process.ts'
import { installPackages } from './install-packages.ts'

const ROUNDS = 5
const WARM_UP_RUNS = 5
const WARM_UP: Situation = { title: 'warm-up', collector: 'healthy', events: 500, perSecond: null, fillerLength: 0, end: 'handled', asks: 'exit', rounds: 1 }

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    // Measures the tarballs that were packed last instead of packing the packages again.
    packed: { type: 'boolean', default: false },
    // May be given several times: situations whose title has this text, and variants.
    only: { type: 'string', multiple: true },
    variant: { type: 'string', multiple: true },
    out: { type: 'string', default: join(root, 'bench/results/delivery.md') },
  },
})

if (!values.packed) await packAll()
await installPackages({ name: 'delivery', packages: MEASURED_PACKAGES, own: ['core'] })

const rounds = Number(values.rounds ?? (values.quick ? 1 : ROUNDS))
const situations = toSituations({ rounds, quick: values.quick }).filter(({ title }) => values.only?.some((text) => title.includes(text)) ?? true)
const variants = (Object.keys(VARIANT_NAMES) as Variant[]).filter((variant) => variant === 'bare' || (values.variant?.includes(variant) ?? true))

const dataDir = await mkdtemp(join(tmpdir(), 'wayside-bench-data-'))
const server = await startServerProcess(dataDir)
try {
  // A server that has just started answers its first batches in many times the usual time.
  for (let batch = 0; batch < WARM_UP_RUNS; batch++) await runSituation(WARM_UP, 'wayside', await openWaysideProject(server.url))
  const results: SituationResult[] = []
  for (const situation of situations) results.push(await runAll(situation))
  const report = toReport(results, ['npm run bench delivery --', ...process.argv.slice(2)].join(' '))
  mkdirSync(join(values.out, '..'), { recursive: true })
  writeFileSync(values.out, report)
  process.stdout.write(`\n${report}`)
} finally {
  await server.stop()
  await rm(dataDir, { recursive: true })
}

/** Rounds in turn, so that the machine's changing speed meets all variants alike. */
async function runAll(situation: Situation): Promise<SituationResult> {
  const outcomes = new Map<Variant, Outcome[]>(variants.map((variant) => [variant, []]))
  for (let round = 0; round < situation.rounds; round++) {
    for (const [variant, own] of outcomes) {
      // One that stayed until it was killed is not asked again: it would take a minute each time.
      if (situation.asks === 'exit' && own.some(({ exitMs }) => exitMs === null)) continue
      const collector = await openCollector(variant)
      const outcome = await runSituation(situation, variant, collector)
      await collector.close()
      own.push(outcome)
      process.stdout.write(`${situation.title}, ${variant}: ${JSON.stringify({ ...outcome, complaint: outcome.complaint.slice(-200) })}\n`)
    }
  }
  return { situation, outcomes }
}

function openCollector(variant: Variant): Promise<Collector> {
  if (isPeer(variant)) return startPeerCollector(PROTOCOLS[variant], join(dataDir, `${variant}.journal`))
  return openWaysideProject(server.url)
}

function isPeer(variant: Variant): variant is Peer {
  return PEERS.some((peer) => peer === variant)
}
