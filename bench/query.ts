// How fast the overview's questions are answered from 30 days of events. `npm run bench query`; see bench/README.md.
//   node --conditions=@wayside/source bench/query.ts [--events N] [--rounds N] [--data folder]
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
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
    alone.push([name, ms(times, 0.5), ms(times, 0.95), source, rowsRead.toLocaleString('en'), ms(raw, 0.5), `${(quantile(raw, 0.5) / quantile(times, 0.5)).toFixed(0)} ×`])
  }
  return `## bench/query: the overview from ${eventCount.toLocaleString('en')} events of 30 days

${describeMachine()}. ${today()}, with a load average of ${loadBefore.toFixed(1)} from other work at the start. \`node --conditions=@wayside/source bench/query.ts --events ${eventCount} --rounds ${rounds}\`

Asked of the store of one process with its defaults for this machine, ${rounds} times in a row after the first. Day files take
${(bytes.events / eventCount).toFixed(1)} bytes an event, their cells ${(bytes.cells / eventCount).toFixed(1)}. Plain SQL reads the same files with the same engine and ${Math.max(1, availableParallelism() - 1)} thread.

${toTable(['question', 'p50 (ms)', 'p95 (ms)', 'from', 'rows read', 'plain SQL p50 (ms)', 'ratio'], alone)}

The page asks all of these at once. With a filter: the whole page, and the slowest of its questions asked alone.

${toTable(['filter', 'page p50 (ms)', 'page p95 (ms)', 'slowest question', 'p50 (ms)', 'p95 (ms)', 'from'], pages)}
`
}

async function toPageRow(store: Store, name: string, filter: StoreFilter | null): Promise<string[]> {
  const questions = OVERVIEW.map((each) => ({ name: each.name, ask: { ...each.ask, filter } satisfies StoreQuery }))
  const page = await repeat(rounds, () => Promise.all(questions.map(({ ask }) => store.query(ask))))
  const each = []
  for (const { name, ask } of questions) each.push({ name, times: await repeat(rounds, () => store.query(ask)), source: (await store.query(ask)).source })
  const [slowest] = each.toSorted((a, b) => quantile(b.times, 0.95) - quantile(a.times, 0.95))
  const sources = [...new Set(each.map(({ source }) => source))].toSorted().join(', ')
  return [name, ms(page, 0.5), ms(page, 0.95), slowest?.name ?? '', ms(slowest?.times ?? [], 0.5), ms(slowest?.times ?? [], 0.95), sources]
}

async function runPlain(sql: string): Promise<readonly number[]> {
  const database = await openDatabase({ dataDir, memoryLimitBytes: 4 * 1024 ** 3, threads: Math.max(1, availableParallelism() - 1) })
  const connection = await database.connect()
  const names = (await readdir(join(dataDir, 'days'))).filter((name) => !name.includes('.cells.')).map((name) => `'${join(dataDir, 'days', name)}'`)
  await connection.run(`CREATE TEMP VIEW raw AS SELECT * FROM read_parquet([${names.join(', ')}])`)
  const times = await repeat(PLAIN_ROUNDS, () => connection.runAndReadAll(sql))
  connection.closeSync()
  database.close()
  return times
}

/** Milliseconds of each call but the first, ascending. */
async function repeat(count: number, work: () => Promise<unknown>): Promise<readonly number[]> {
  await work()
  const times: number[] = []
  for (let at = 0; at < count; at++) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  return times.toSorted((a, b) => a - b)
}

function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(q * ascending.length))] ?? 0
}

function ms(ascending: readonly number[], q: number): string {
  return quantile(ascending, q).toLocaleString('en', { maximumFractionDigits: 0 })
}

async function measureBytes(folder: string): Promise<{ readonly events: number; readonly cells: number }> {
  const sizes = { events: 0, cells: 0 }
  for (const name of await readdir(join(folder, 'days'))) sizes[name.includes('.cells.') ? 'cells' : 'events'] += (await stat(join(folder, 'days', name))).size
  return sizes
}
