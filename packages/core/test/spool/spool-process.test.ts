import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRandom } from '../../../../scripts/random.ts'
import { createSpool } from '../../src/spool/create-spool.ts'
import type { Spool } from '../../src/spool/spool.ts'
import { linesOf, startChild } from './spool-child.ts'
import { GROUP, MIB, drain } from './spool-world.ts'

// Processes and files of this machine.
vi.setConfig({ testTimeout: 180_000 })

let root = ''
let folder = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wayside-spool-'))
  folder = join(root, 'spool')
})
afterEach(() => rm(root, { recursive: true }))

test('row 22: after kill -9 everything is there that was on disk, which is all but what was being written', async () => {
  const random = createRandom(22)
  for (let round = 0; round < 5; round++) {
    const child = startChild(folder, `for (let seq = 0; ; seq += 100) { if (await spool.append(batch(seq)) === null) process.exit(1); print(seq); await new Promise((wake) => setTimeout(wake, 5)) }`)
    const accepted: number[] = []
    for (let count = 10 + Math.floor(random() * 30); count > 0; count--) accepted.push(Number(await child.line()))
    child.process.kill('SIGKILL')
    accepted.push(...(await linesOf(child)).map(Number))
    await child.ended
    const spool = open()
    const found = await drain(spool)
    await spool.close()
    expect(found.slice(0, accepted.length)).toEqual(accepted)
    expect(found.length - accepted.length).toBeLessThanOrEqual(1)
  }
})

test('row 22: process.exit and an uncaught exception keep what is handed over at the exit', async () => {
  for (const end of ['process.exit(3)', 'setImmediate(() => { throw new Error("uncaught") })']) {
    const child = startChild(
      folder,
      `await spool.take()
       process.on('exit', () => {
         const startMs = performance.now()
         const written = spool.appendSync(Array.from({ length: 20 }, (_, at) => batch(at * 100, 20_000)), 50)
         print({ written, ms: performance.now() - startMs })
       })
       ${end}`,
      { quiet: true },
    )
    const [told] = await linesOf(child)
    await child.ended
    expect(told).toMatchObject({ written: 20 })
    expect(told).toHaveProperty('ms', expect.toSatisfy((ms: number) => ms < 200))
    const spool = open()
    expect(await drain(spool)).toHaveLength(20)
    await spool.close()
  }
})

test('row 22: a process that has nothing else to do ends, whatever its spool holds', async () => {
  const child = startChild(folder, `void spool.append(batch(0)); const startMs = performance.now(); process.on('exit', () => print(performance.now() - startMs))`)
  const [ms] = await linesOf(child)
  expect(await child.ended).toBe(0)
  expect(ms).toBeLessThan(1_000)
})

test('row 23b: an awaited append, take, settle and close hold the process until they are done', async () => {
  const child = startChild(
    folder,
    `const place = await spool.append(batch(0)); spool.release(place); const taken = await spool.take(); await spool.settle(taken.place); await spool.close(); print('done')`,
  )
  expect(await linesOf(child)).toEqual(['done'])
  expect(await child.ended).toBe(0)
})

test('row 26: two processes that start at once share what was left, each batch once', async () => {
  for (const owner of ['a', 'b', 'c']) {
    const left = startChild(folder, `for (let seq = 0; seq < 300; seq += 100) await spool.append(batch(seq, 100)); print('${owner}'); setInterval(() => undefined, 1_000)`)
    await left.line()
    left.process.kill('SIGKILL')
    await left.ended
  }
  const adopt = `let seqs = 0; for (let next = await spool.take(); next !== null; next = await spool.take()) { print([next.batch.producerId, next.batch.firstSeq]); await spool.settle(next.place) }`
  const adopters = [startChild(folder, adopt), startChild(folder, adopt), startChild(folder, adopt)]
  const found = (await Promise.all(adopters.map(linesOf))).flat().map(String)
  expect(found).toHaveLength(9)
  expect(new Set(found).size).toBe(9)
})

test('row 26: what a living process holds is adopted after its kill, and not before', async () => {
  const owner = startChild(folder, `await spool.append(batch(0)); print('ready'); setInterval(() => undefined, 1_000)`)
  await owner.line()
  const early = open()
  expect(await drain(early)).toEqual([])
  await early.close()
  owner.process.kill('SIGKILL')
  await owner.ended
  const late = open()
  expect(await drain(late)).toEqual([0])
  await late.close()
})

test.runIf(works('prlimit', '--version'))('row 30: without a file handle left appends are refused, and a minute after one is free they are written', async () => {
  const child = startChild(
    folder,
    `import { openSync, closeSync } from 'node:fs'
     await spool.take()
     const open = []
     try { for (;;) open.push(openSync('/dev/null')) } catch {}
     print(await spool.append(batch(0)) === null)
     for (const each of open) closeSync(each)
     shift(61_000)
     print(await spool.append(batch(100)) !== null)`,
    { wrapper: ['prlimit', '--nofile=64'] },
  )
  expect((await linesOf(child)).filter((line) => typeof line === 'boolean')).toEqual([true, true])
  expect(await child.ended).toBe(0)
})

const canMount = works('unshare', '-Urm', 'mount', '-t', 'tmpfs', 'none', '/mnt')

test.runIf(canMount)('row 35: on a disk that is really full appends are refused, nothing is torn, and later it goes on', async () => {
  const child = startChild(
    folder,
    `import { writeFileSync, rmSync, statfsSync } from 'node:fs'
     const place = await spool.append(batch(0))
     const { bavail, bsize } = statfsSync(process.env.SPOOL)
     writeFileSync(process.env.SPOOL + '/../filler', Buffer.alloc(bavail * bsize - 8_192))
     print(await spool.append(batch(100, 100_000)) === null)
     rmSync(process.env.SPOOL + '/../filler')
     shift(61_000)
     print(await spool.append(batch(200)) !== null)
     spool.release(place)
     print((await spool.take()).batch.firstSeq)`,
    { wrapper: ['unshare', '-Urm', 'sh', '-c', `mkdir ${folder} && mount -t tmpfs -o size=400m none ${folder} && mkdir -m 700 ${folder}/own && SPOOL=${folder}/own exec "$@"`, 'sh'] },
  )
  expect((await linesOf(child)).filter((line) => typeof line !== 'object')).toEqual([true, true, 0])
})

test('recovery of 60 MiB of small batches holds the event loop for less than 50 ms at a time', async () => {
  const left = startChild(folder, `await spool.take(); const each = (function* () { for (let seq = 0; ; seq += 100) yield batch(seq, 900) })(); while (spool.appendSync(each, 60_000) > 1000); print(spool.stats().batches)`)
  const [batches] = await linesOf(left)
  await left.ended
  expect(batches).toBeGreaterThan(10_000)
  const slices = measureSlices()
  const spool = open()
  for (let count = 0; count < 2_000; count++) expect(await spool.take()).not.toBeNull()
  await spool.close()
  expect(slices.stop()).toBeLessThan(50)
})

/** The most processor time, in milliseconds, that this thread spends between two turns of the event loop: no matter what else the machine does. */
function measureSlices(): { stop(): number } {
  const usedMs = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1_000
  }
  let worstMs = 0
  let lastMs = usedMs()
  let turn = setImmediate(function look() {
    const nowMs = usedMs()
    worstMs = Math.max(worstMs, nowMs - lastMs)
    lastMs = nowMs
    turn = setImmediate(look)
  })
  return {
    stop() {
      clearImmediate(turn)
      return worstMs
    },
  }
}

function open(): Spool {
  return createSpool({
    folder,
    group: GROUP,
    producerId: 'ab'.repeat(16),
    maxBytes: 64 * MIB,
    fsync: false,
    onDropped: () => undefined,
    onAdopted: () => undefined,
    onProblem: () => undefined,
  })
}

function works(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
