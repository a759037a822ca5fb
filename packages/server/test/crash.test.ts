import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openIntake } from '../src/receive/open-intake.ts'
import { openStore } from '../src/store/open-store.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-crash-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

/** Acknowledgements after which the process is killed; each start goes on where the one before was cut off. */
const KILLED_AFTER = [1, 40, 90, 333]

test('a server that is killed again and again loses nothing that it acknowledged and stores nothing twice', async () => {
  const acknowledged = new Map<string, number>()
  const warnings: string[] = []
  for (const count of KILLED_AFTER) await runUntilKilled(count, acknowledged, warnings)

  const store = await openStore({ engine: 'duckdb', dataDir })
  const intake = await openIntake({ dataDir, store, warn: (message) => warnings.push(message) })
  await intake.loader.drain()
  const rows = await store.aggregate({ projectId: 1, from: 0, to: 4_102_444_800_000, intervalMs: null, dimensions: [], latency: false, limit: null })
  const events = await store.list({ projectId: 1, filters: {}, order: 'oldest', limit: 1_000_000, after: null, offset: 0 })
  const ledger = await store.ledger()
  await intake.close()
  await store.close()

  const taken = ledger.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  expect(events).toHaveLength(taken)
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
  expect(rows).toMatchObject([{ requests: taken }])
  // One range for each producer: no hole, and at least up to what was acknowledged.
  expect(ledger.map(({ producerId, from }) => [producerId.slice(0, 1), from]).toSorted()).toEqual(['a', 'b', 'c'].map((name) => [name, 1]))
  for (const { producerId, to } of ledger) expect(to).toBeGreaterThanOrEqual(acknowledged.get(producerId.slice(0, 1)) ?? 0)
  expect(warnings.filter((warning) => !warning.includes('never acknowledged'))).toEqual([])
}, 60_000)

async function runUntilKilled(count: number, acknowledged: Map<string, number>, warnings: string[]): Promise<void> {
  const child = fork(fileURLToPath(new URL('crash-child.ts', import.meta.url)), [dataDir], { execArgv: ['--conditions=@wayside/source'] })
  const gone = once(child, 'exit')
  let fresh = 0
  child.on('message', (message: { readonly warning?: string; readonly producer: string; readonly lastSeq: number; readonly accepted: number }) => {
    if (message.warning !== undefined) return void warnings.push(message.warning)
    acknowledged.set(message.producer, Math.max(acknowledged.get(message.producer) ?? 0, message.lastSeq))
    if (message.accepted > 0 && ++fresh === count) child.kill('SIGKILL')
  })
  const [, signal] = await gone
  expect(signal).toBe('SIGKILL')
}
