// How fast the overview's questions are answered from 30 days of events. `npm run bench query`; see bench/README.md.
//   node --conditions=@wayside/source bench/query.ts [--events N] [--rounds N] [--data folder]
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { openDatabase } from '../packages/server/src/store/duckdb/database.ts'
import { openStore } from '../packages/server/src/store/open-store.ts'
import type { StoreFilter, StoreQuery } from '../packages/server/src/store/store-query.ts'
import type { Store } from '../packages/server/src/store/store.ts'
import { describeMachine, today } from './machine.ts'
import { toTable } from './markdown-table.ts'
import { makeDays } from './query/make-days.ts'
import { CROSSED, FILTERS, OVERVIEW } from './query/questions.ts'

const { values } = parseArgs({ options: { events: { type: 'string', default: '10000000' }, rounds: { type: 'string', default: '20' }, data: { type: 'string' } } })
const eventCount = Number(values.events)
const rounds = Number(values.rounds)
/** Of plain SQL, which takes long and varies little. */
const PLAIN_ROUNDS = 3

const loadBefore = loadavg()[0] ?? 0
const dataDir = values.data ?? (await mkdtemp(join(tmpdir(), 'wayside-query-')))
const isMade = existsSync(join(dataDir, 'events.duckdb'))
if (!isMade) await makeDays(dataDir, eventCount)
const bytes = await measureBytes(dataDir)
const text = await measure()
if (values.data === undefined) await rm(dataDir, { recursive: true })
mkdirSync(new URL('results/', import.meta.url), { recursive: true })
writeFileSync(new URL('results/query.md', import.meta.url), text)
console.log(text)

async function measure(): Promise<string> {
  const store = await openStore({ engine: 'duckdb', dataDir })
  const answered = []
  for (const question of OVERVIEW) {
    const times = await repeat(rounds, () => store.query(question.ask))
    answered.push({ ...question, times, ...(await store.query(question.ask)) })
  }
  const pages: string[][] = [await toPageRow(store, 'no filter', null)]
  for (const [name, filter] of Object.entries(FILTERS)) pages.push(await toPageRow(store, name, filter))
  pages.push(await toPageRow(store, 'client and instance', CROSSED))
  await store.close()
  const alone: string[][] = []
  for (const { name, times, source, rowsRead, plain } of answered) {
    const raw = await runPlain(plain)
    alone.push([name, ms(times.clock, 0.5), ms(times.clock, 0.95), ms(times.cpu, 0.5), source, rowsRead.toLocaleString('en'), ms(raw.cpu, 0.5), `${(quantile(raw.cpu, 0.5) / quantile(times.cpu, 0.5)).toFixed(0)} ×`])
  }
  return `## bench/query: the overview from ${eventCount.toLocaleString('en')} events of 30 days

${describeMachine()}. ${today()}, with a load average of ${loadBefore.toFixed(1)} from other work at the start. \`node --conditions=@wayside/source bench/query.ts --events ${eventCount} --rounds ${rounds}\`

Asked of the store of one process with its defaults for this machine, ${rounds} times in a row after the first. Day files take
${(bytes.events / eventCount).toFixed(1)} bytes an event, their cells ${(bytes.cells / eventCount).toFixed(1)}. Plain SQL reads the same files with the same engine and ${Math.max(1, availableParallelism() - 1)} thread.

${toTable(['question', 'p50 (ms)', 'p95 (ms)', 'CPU p50 (ms)', 'from', 'rows read', 'plain SQL, CPU p50 (ms)', 'ratio of CPU'], alone)}

The page asks all of these at once. With a filter: the whole page, and the slowest of its questions asked alone.

${toTable(['filter', 'page p50 (ms)', 'page p95 (ms)', 'page, CPU p50 (ms)', 'slowest question', 'p50 (ms)', 'p95 (ms)', 'CPU p50 (ms)', 'from'], pages)}
`
}

async function toPageRow(store: Store, name: string, filter: StoreFilter | null): Promise<string[]> {
  const questions = OVERVIEW.map((each) => ({ name: each.name, ask: { ...each.ask, filter } satisfies StoreQuery }))
  const page = await repeat(rounds, () => Promise.all(questions.map(({ ask }) => store.query(ask))))
  const each = []
  for (const { name, ask } of questions) each.push({ name, times: await repeat(rounds, () => store.query(ask)), source: (await store.query(ask)).source })
  const [slowest] = each.toSorted((a, b) => quantile(b.times.clock, 0.95) - quantile(a.times.clock, 0.95))
  const sources = [...new Set(each.map(({ source }) => source))].toSorted().join(', ')
  const times = slowest?.times ?? { clock: [], cpu: [] }
  return [name, ms(page.clock, 0.5), ms(page.clock, 0.95), ms(page.cpu, 0.5), slowest?.name ?? '', ms(times.clock, 0.5), ms(times.clock, 0.95), ms(times.cpu, 0.5), sources]
}

async function runPlain(sql: string): Promise<Times> {
  const database = await openDatabase({ dataDir, memoryLimitBytes: 4 * 1024 ** 3, threads: Math.max(1, availableParallelism() - 1) })
  const connection = await database.connect()
  const names = (await readdir(join(dataDir, 'days'))).map((name) => `'${join(dataDir, 'days', name)}'`)
  await connection.run(`CREATE TEMP VIEW raw AS SELECT * FROM read_parquet([${names.join(', ')}])`)
  const times = await repeat(PLAIN_ROUNDS, () => connection.runAndReadAll(sql))
  connection.closeSync()
  database.close()
  return times
}

/** Milliseconds of each call but the first, ascending: on the clock, and of the process on all cores, which other work on the machine changes less. */
interface Times {
  readonly clock: readonly number[]
  readonly cpu: readonly number[]
}

async function repeat(count: number, work: () => Promise<unknown>): Promise<Times> {
  await work()
  const clock: number[] = []
  const cpu: number[] = []
  for (let at = 0; at < count; at++) {
    const [started, used] = [performance.now(), process.cpuUsage()]
    await work()
    clock.push(performance.now() - started)
    const { user, system } = process.cpuUsage(used)
    cpu.push((user + system) / 1_000)
  }
  return { clock: clock.toSorted((a, b) => a - b), cpu: cpu.toSorted((a, b) => a - b) }
}

function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(q * ascending.length))] ?? 0
}

function ms(ascending: readonly number[], q: number): string {
  return quantile(ascending, q).toLocaleString('en', { maximumFractionDigits: 0 })
}

async function measureBytes(folder: string): Promise<{ readonly events: number; readonly cells: number }> {
  const sizeOf = async (name: string) => {
    const files = await readdir(join(folder, name))
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, name, file))).size))
    return sizes.reduce((sum, size) => sum + size, 0)
  }
  return { events: await sizeOf('days'), cells: await sizeOf('cells') }
}
