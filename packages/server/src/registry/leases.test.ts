import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { onEachDatabase, type TestDatabase } from '../testing/on-each-database.ts'
import { createLeases, type Lease, type Leases } from './leases.ts'

const LONG_MS = 3_600_000

/** As many processes have it: each on a connection of its own. */
async function openLeases(database: TestDatabase, count: number): Promise<readonly [Leases, ...Leases[]]> {
  const more = await Promise.all(Array.from({ length: count - 1 }, async () => createLeases(await database.open())))
  return [createLeases(await database.open()), ...more]
}

onEachDatabase((create) => {
  test('of many that want a lease together one gets it, and the next one after its release', async () => {
    const all = await openLeases(await create(), 5)
    const wantedByAll = () => Promise.all(all.map((each, at) => each.acquire('job', `process ${at}`, LONG_MS)))

    const held: (Lease | undefined)[] = []
    for (let round = 1; round <= 3; round++) {
      const got = (await wantedByAll()).filter((lease) => lease !== null)
      expect(got.map(({ fence }) => fence)).toEqual([round])
      held.push(got[0])
      if (got[0] !== undefined) await all[0].release(got[0])
    }
    expect(new Set(held.map((lease) => lease?.fence)).size).toBe(3)
  })

  test('leases on other names do not concern each other', async () => {
    const [leases] = await openLeases(await create(), 1)

    const got = await Promise.all(['a', 'b'].map((name) => leases.acquire(name, 'one', LONG_MS)))

    expect(got).toEqual(['a', 'b'].map((name) => ({ name, owner: 'one', fence: 1 })))
  })

  test('a renewed lease holds on, an expired one is lost to its holder and free for the next, with a greater fence', async () => {
    const [leases, other] = await openLeases(await create(), 2)
    const first = await leases.acquire('job', 'one', LONG_MS)
    if (first === null || other === undefined) throw new Error('a new lease is free')

    expect([await leases.renew(first, LONG_MS), await other.acquire('job', 'two', LONG_MS)]).toEqual([true, null])
    // A time to live of none: it ends at this instant.
    await leases.renew(first, 0)
    const second = await other.acquire('job', 'two', LONG_MS)

    expect(second).toEqual({ name: 'job', owner: 'two', fence: 2 })
    expect(await leases.renew(first, LONG_MS)).toBe(false)
    await leases.release(first)
    expect(await leases.acquire('job', 'one', LONG_MS)).toBeNull()
  })

  test('what a killed process held is free when its time is over', async () => {
    const database = await create()
    const [leases] = await openLeases(database, 1)
    const [module, name, place] = database.opener
    const holder = spawn(
      process.execPath,
      [
        '--conditions=@wayside/source',
        '--input-type=module',
        '-e',
        `import { ${name} } from ${JSON.stringify(new URL(`../database/${module}`, import.meta.url).href)}
         import { createLeases } from ${JSON.stringify(new URL('./leases.ts', import.meta.url).href)}
         const leases = createLeases(await ${name}(${JSON.stringify(place)}))
         const lease = await leases.acquire('job', 'killed', 2_000)
         setInterval(() => leases.renew(lease, 2_000), 100)
         console.log(lease.fence)`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    onTestFinished(() => void holder.kill('SIGKILL'))
    const [said] = await once(holder.stdout, 'data')

    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const next = await vi.waitFor(
      async () => {
        const lease = await leases.acquire('job', 'next', LONG_MS)
        expect(lease).not.toBeNull()
        return lease
      },
      { timeout: 20_000, interval: 100 },
    )

    expect([String(said).trim(), next?.fence]).toEqual(['1', 2])
  })
})
