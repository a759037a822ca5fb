import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FailpointName } from '../src/failpoints.ts'
import { createRandom } from '../../../scripts/random.ts'
import { EVENTS_PER_BATCH, PRODUCERS, type CrashOrder, type CrashReport } from './crash-child.ts'
import { countRequests, listAll, openCollector } from './open-collector.ts'

/** Random instants of death. The full run (`npm run full`) sets 200. */
const KILLS = Number(process.env['WAYSIDE_KILLS'] ?? 20)
/** What decides them; printed, so that a run can be repeated. */
const SEED = Number(process.env['WAYSIDE_SEED'] ?? Date.now() % 1_000_000)

/** Each point, and how often it is passed before the end comes there. */
const POINTS: readonly (readonly [name: FailpointName, passes: number, delayMs?: number])[] = [
  ['journal.encoded', 30],
  ['journal.written', 30],
  ['journal.synced', 30],
  ['store.loadedUncommitted', 3],
  ['store.loaded', 3],
  ['store.expiredHalf', 1],
  ['store.checkpointing', 1, 0],
  ['store.checkpointing', 2, 2],
  ['store.checkpointing', 2, 8],
  ['store.checkpointed', 1],
  ['days.written', 1],
  ['days.synced', 1],
  ['days.movedUncommitted', 1],
  ['days.moved', 1],
  ['days.swept', 2],
  ['traces.filled', 1],
  ['snapshot.copying', 1],
  ['snapshot.copied', 1],
  ['snapshot.verified', 1],
  ['snapshot.published', 1],
  ['snapshot.oldRemoved', 2],
]

const RECOVERY_POINTS = ['recovery.movedAside', 'recovery.restored', 'recovery.opened'] as const satisfies readonly FailpointName[]

let dataDir = ''
let acknowledged: Map<string, number>
let warnings: string[] = []
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-crash-'))
  acknowledged = new Map()
  warnings = []
})
afterEach(() => rm(dataDir, { recursive: true }))

test('row 43, promise: kill -9 of the server: at every point it loses nothing that it acknowledged and stores nothing twice', async () => {
  for (const [name, passes, delayMs = 0] of POINTS) await runChild({ failpoint: { name, passes, delayMs } })
  await expectBooksToBalance()
  expect(warnings).toEqual([])
}, 400_000)

test('row 43: a server that is killed while it makes a damaged database anew loses nothing and stores nothing twice', async () => {
  await runChild({ failpoint: { name: 'snapshot.oldRemoved', passes: 2, delayMs: 0 } })
  for (const name of RECOVERY_POINTS) {
    await damageDatabase()
    await runChild({ failpoint: { name, passes: 0, delayMs: 0 } })
    await runChild({ kill: { after: 'ready', ms: 20 } })
  }
  await expectBooksToBalance()
}, 200_000)

test(`row 43: a server that is killed at ${KILLS} random instants under load loses nothing and stores nothing twice (WAYSIDE_SEED=${SEED})`, async () => {
  const random = createRandom(SEED)
  const below = (bound: number) => Math.floor(random() * bound)
  for (let each = 0; each < KILLS; each++) {
    // One in four dies before it has started, at most twice in a row: three times is a crash loop, which has its own test.
    const early = below(4) === 0 && each % 3 !== 2
    await runChild({ kill: { after: early ? 'fork' : 'ready', ms: below(early ? 700 : 900) } })
  }
  await expectBooksToBalance()
  expect(warnings).toEqual([])
}, 60_000 + KILLS * 10_000)

interface Death {
  readonly failpoint?: CrashOrder['failpoint']
  readonly kill?: { readonly after: 'fork' | 'ready'; readonly ms: number }
}

/** Runs a collector until it dies. */
async function runChild({ failpoint = null, kill }: Death): Promise<void> {
  const firstBatch = Object.fromEntries([...acknowledged].map(([producer, batch]) => [producer, Math.max(0, batch - 2)]))
  const order: CrashOrder = { dataDir, firstBatch, failpoint }
  const child = fork(fileURLToPath(new URL('crash-child.ts', import.meta.url)), [JSON.stringify(order)], { execArgv: ['--conditions=@wayside/source'] })
  const gone = once(child, 'exit')
  const timers: NodeJS.Timeout[] = []
  const die = (ms: number) => timers.push(setTimeout(() => child.kill('SIGKILL'), ms))
  let survived = false
  timers.push(
    setTimeout(() => {
      survived = true
      child.kill('SIGKILL')
    }, 60_000),
  )
  if (kill?.after === 'fork') die(kill.ms)
  child.on('message', (report: CrashReport) => {
    if (report.kind === 'warning') warnings.push(report.message)
    else if (report.kind === 'acknowledged') acknowledged.set(report.producer, Math.max(acknowledged.get(report.producer) ?? -1, report.batch))
    else if (kill?.after === 'ready') die(kill.ms)
  })
  const [, signal] = (await gone) as [number | null, NodeJS.Signals | null]
  timers.forEach(clearTimeout)
  expect(survived, `${JSON.stringify(failpoint ?? kill)} was never reached`).toBe(false)
  expect(signal, JSON.stringify(failpoint ?? kill)).toBe('SIGKILL')
}

/** Every acknowledged event is stored once and as it was sent; what is stored beyond that was under way. */
async function expectBooksToBalance(): Promise<void> {
  const collector = await openCollector(dataDir)
  await collector.intake.loader.drain()
  const { store } = collector
  const { intervals: ledger } = await store.ledger()
  const stock = new Map<number, readonly string[]>()
  for (const projectId of [1, 2]) {
    const events = await listAll(store, projectId)
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    expect(await countRequests(store, projectId)).toBe(events.length)
    stock.set(
      projectId,
      events.map(({ path }) => path),
    )
  }
  await collector.close()
  expect(collector.warnings).toEqual([])
  expect(collector.store.alarms().filter((alarm) => !alarm.includes('was damaged'))).toEqual([])

  for (const [projectId, producer] of PRODUCERS) {
    const ranges = ledger.filter(({ producerId }) => producerId.startsWith(producer))
    expect(ranges.map(({ from }) => from)).toEqual([1])
    const last = ranges[0]?.to ?? 0
    expect(last).toBeGreaterThanOrEqual(((acknowledged.get(producer) ?? -1) + 1) * EVENTS_PER_BATCH)
    const stored = (stock.get(projectId) ?? []).filter((path) => path.startsWith(`/${producer}/`))
    const expected = Array.from({ length: last }, (_, at) => `/${producer}/${at + 1}`)
    // Of the pruned project what came after the last pruning is there, each event once.
    if (projectId === 1) expect(stored.toSorted()).toEqual(expected.toSorted())
    else expect(new Set(stored).size).toBe(stored.length)
  }
}

async function damageDatabase(): Promise<void> {
  const handle = await open(join(dataDir, 'events.duckdb'), 'r+')
  await handle.write(Buffer.alloc(64, 0x55), 0, 64, 0)
  await handle.close()
}
