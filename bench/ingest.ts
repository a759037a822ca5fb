import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { LoadOrder } from './ingest/load-maker.ts'
import { makeKey, makeLoad } from './ingest/load-process.ts'
import { measureReadJson } from './ingest/read-json.ts'
import { startServerProcess } from './ingest/server-process.ts'
import { describeMachine, today } from './machine.ts'

// How many events a second go from HTTP into the store, with the load maker on the same machine. Run it with
//   node --conditions=@wayside/source bench/ingest.ts [rounds] [events]
const rounds = Number(process.argv[2] ?? 3)
const eventsPerRound = Number(process.argv[3] ?? 500_000)
const BATCH_EVENTS = 500
const CONNECTIONS = 8
/** For the latency at an even load: half of the 50,000 events a second that one core should take. */
const HALF_LOAD_BATCHES_PER_SECOND = 50

interface Round {
  readonly eventsPerSecond: number
  readonly perCpuSecond: number
  readonly readJsonPerCpuSecond: number
  readonly bytesPerEvent: number
  readonly sumBytesPerEvent: number
  readonly journalSeconds: number
  readonly ackP50Ms: number
  readonly ackP99Ms: number
  readonly halfP50Ms: number
  readonly halfP99Ms: number
  readonly refused: number
  readonly peakMib: number
}

const loadBefore = loadavg()[0] ?? 0
const results: Round[] = []
for (let round = 0; round < rounds; round++) {
  results.push(await runRound())
  console.log(JSON.stringify(results.at(-1)))
}

const spread = (read: (round: Round) => number, digits = 0) => {
  const values = results.map(read).toSorted((a, b) => a - b)
  const text = (value: number | undefined) => (value ?? 0).toLocaleString('en', { maximumFractionDigits: digits })
  return `${text(values[Math.floor(values.length / 2)])} (${text(values[0])} to ${text(values.at(-1))})`
}

const text = `## bench/ingest: from HTTP into the store

${describeMachine()}. ${today()}, with a load average of ${loadBefore.toFixed(1)} from other work at the start. \`node --conditions=@wayside/source bench/ingest.ts ${rounds} ${eventsPerRound}\`

${eventsPerRound.toLocaleString('en')} events of the fixture in gzipped batches of ${BATCH_EVENTS}, ${CONNECTIONS} producers, sent as fast as the server acknowledges them; the load
maker and the server share the machine. "Stored" is the moment at which the books count all of them. Medians of
${rounds} rounds with the least and the greatest. \`read_json\` reads a line of JSON for each event from disk into a plain table.

| measure | median (least to greatest) |
|---|---|
| events a second, from the first request until all are stored | ${spread((each) => each.eventsPerSecond)} |
| events a CPU second of the server process, loading and sums included | ${spread((each) => each.perCpuSecond)} |
| events a CPU second of DuckDB's \`read_json\` alone, on the same events | ${spread((each) => each.readJsonPerCpuSecond)} |
| the server's share of that, % | ${spread((each) => (100 * each.perCpuSecond) / each.readJsonPerCpuSecond, 1)} |
| bytes an event on disk, database and files of days | ${spread((each) => each.bytesPerEvent, 1)} |
| bytes an event on disk, sums beside them | ${spread((each) => each.sumBytesPerEvent, 1)} |
| seconds until all were acknowledged | ${spread((each) => each.journalSeconds, 1)} |
| acknowledgement p50, at full load, ms | ${spread((each) => each.ackP50Ms, 1)} |
| acknowledgement p99, at full load, ms | ${spread((each) => each.ackP99Ms, 1)} |
| acknowledgement p50, at ${HALF_LOAD_BATCHES_PER_SECOND} batches a second, ms | ${spread((each) => each.halfP50Ms, 1)} |
| acknowledgement p99, at ${HALF_LOAD_BATCHES_PER_SECOND} batches a second, ms | ${spread((each) => each.halfP99Ms, 1)} |
| refused with 503 | ${spread((each) => each.refused)} |
| most memory of the server process, MiB | ${spread((each) => each.peakMib)} |
`
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/ingest.md', import.meta.url), text)
console.log(text)

async function runRound(): Promise<Round> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wayside-bench-'))
  const server = await startServerProcess(dataDir)
  try {
    const full = await runLoad(server.url, eventsPerRound / BATCH_EVENTS, null, server.cpuSeconds)
    const half = await runLoad(server.url, HALF_LOAD_BATCHES_PER_SECOND * 8, HALF_LOAD_BATCHES_PER_SECOND, server.cpuSeconds)
    const peakMib = await server.peakMib()
    await server.stop()
    const readJsonPerCpuSecond = await measureReadJson(eventsPerRound)
    return {
      eventsPerSecond: full.done.accepted / full.storedSeconds,
      perCpuSecond: full.done.accepted / full.cpuSeconds,
      readJsonPerCpuSecond,
      bytesPerEvent: (await bytesOf(dataDir, 'events')) / (full.done.accepted + half.done.accepted),
      sumBytesPerEvent: (await bytesOf(dataDir, 'sums')) / (full.done.accepted + half.done.accepted),
      journalSeconds: full.done.seconds,
      ackP50Ms: quantile(full.done.latenciesMs, 0.5),
      ackP99Ms: quantile(full.done.latenciesMs, 0.99),
      halfP50Ms: quantile(half.done.latenciesMs, 0.5),
      halfP99Ms: quantile(half.done.latenciesMs, 0.99),
      refused: full.done.refused,
      peakMib,
    }
  } finally {
    await server.stop()
    await rm(dataDir, { recursive: true })
  }
}

async function runLoad(url: string, batches: number, batchesPerSecond: number | null, cpuSeconds: () => Promise<number>) {
  const key = await makeKey(url)
  const order: LoadOrder = { url, key, batches, batchEvents: BATCH_EVENTS, connections: CONNECTIONS, batchesPerSecond, until: Date.now() }
  const load = await makeLoad(order)
  const cpuBefore = await cpuSeconds()
  const started = performance.now()
  const done = await load.run()
  await untilStored(url, key, done.accepted)
  const storedSeconds = (performance.now() - started) / 1_000
  // What the server does by itself with the events counts too: their sums are made after they are stored.
  await untilRested(cpuSeconds)
  const used = (await cpuSeconds()) - cpuBefore
  return { done, storedSeconds, cpuSeconds: used }
}

/** Asks the books, which are stored in the transaction that stores the events. */
async function untilStored(url: string, key: string, events: number): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/api/v1/producers?limit=1`, { headers: { authorization: `Bearer ${key}` } })
    // Boundary: the answer of our own server.
    const report = (await response.json()) as { summary?: { stored: number } }
    if ((report.summary?.stored ?? 0) >= events) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Resolves when a process has used next to nothing for a second. */
async function untilRested(cpuSeconds: () => Promise<number>): Promise<void> {
  for (let before = await cpuSeconds(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const now = await cpuSeconds()
    if (now - before < 0.1) return
    before = now
  }
}

/** Of the database and the files of days, or of the sums that are made of these. */
async function bytesOf(dataDir: string, part: 'events' | 'sums'): Promise<number> {
  if (part === 'sums') return (await stat(join(dataDir, 'cells', 'cells.duckdb'))).size
  const days = (await readdir(join(dataDir, 'days'))).map((name) => join('days', name))
  const names = [...(await readdir(dataDir)).filter((name) => name.startsWith('events.duckdb')), ...days]
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dataDir, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0
}
