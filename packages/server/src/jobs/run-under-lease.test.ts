import { expect, onTestFinished, test, vi } from 'vitest'
import { createLeases, type Leases } from '../registry/leases.ts'
import { onEachDatabase } from '../testing/on-each-database.ts'
import { runUnderLease } from './run-under-lease.ts'

const PATIENCE = { timeout: 20_000, interval: 20 }

/** Starts a job in a process of its own; what it does is written down under its name. */
function start(leases: Leases, owner: string, done: string[], run: () => Promise<void> = async () => undefined) {
  const warnings: string[] = []
  const job = {
    name: 'sweep',
    everyMs: 20,
    async run() {
      done.push(owner)
      await run()
    },
  }
  const running = runUnderLease(job, { leases, owner, warn: (message) => warnings.push(message), ttlMs: 600 })
  onTestFinished(() => running.stop())
  return { running, warnings }
}

onEachDatabase((create) => {
  test('one of several processes does a job again and again, and another goes on when that one stops', async () => {
    const database = await create()
    const done: string[] = []
    const one = start(createLeases(await database.open()), 'one', done)
    await vi.waitFor(() => expect(done.length).toBeGreaterThan(2), PATIENCE)
    start(createLeases(await database.open()), 'two', done)
    await vi.waitFor(() => expect(done.length).toBeGreaterThan(5), PATIENCE)
    expect(new Set(done)).toEqual(new Set(['one']))

    await one.running.stop()
    const before = done.length

    await vi.waitFor(() => expect(done.slice(before)).toContain('two'), PATIENCE)
    expect(done.slice(before)).not.toContain('one')
  })

  test('another goes on when a process ended without a word', async () => {
    const leases = createLeases(await (await create()).open())
    await leases.acquire('sweep', 'gone', 200)
    const done: string[] = []

    start(leases, 'two', done)

    await vi.waitFor(() => expect(done).toContain('two'), PATIENCE)
  })
})

test('a job that fails is told of and done again, and one that takes long is not done twice at once', async () => {
  const leases: Leases = { acquire: async (name, owner) => ({ name, owner, fence: 1 }), renew: async () => true, release: async () => undefined }
  const done: string[] = []
  let atOnce = 0
  let most = 0
  const { warnings } = start(leases, 'one', done, async () => {
    most = Math.max(most, ++atOnce)
    await new Promise((resolve) => setTimeout(resolve, 60))
    atOnce--
    throw new Error('the disk is full')
  })

  await vi.waitFor(() => expect(done.length).toBeGreaterThan(2), PATIENCE)

  expect([most, warnings[0]]).toEqual([1, 'the job sweep failed: Error: the disk is full; it is tried again'])
})

test('a database that is away is told of, and asked again', async () => {
  let asked = 0
  const leases: Leases = {
    async acquire(name, owner) {
      if (asked++ === 0) throw new Error('away')
      return { name, owner, fence: 1 }
    },
    renew: async () => true,
    release: async () => undefined,
  }
  const done: string[] = []
  const { warnings } = start(leases, 'one', done)

  await vi.waitFor(() => expect(done).toContain('one'), PATIENCE)

  expect(warnings).toEqual([expect.stringContaining('the lease of the job sweep could not be asked for')])
})
