import { expect, test } from 'vitest'
import { FOLDER, MIB, batchOf, createWorld, drain, useSimulatedTime, type SpoolProcess, type SpoolWorld } from './spool-world.ts'

useSimulatedTime()

test('row 26: of several adopters each batch has one', async () => {
  for (let delay = 0; delay < 60; delay++) {
    const world = createWorld()
    await leave(world, [0, 1, 2])
    await leave(world, [10, 11])
    const adopters: SpoolProcess[] = []
    for (let each = 0; each < 3; each++) {
      adopters.push(world.start())
      for (let turn = 0; turn < delay; turn++) await Promise.resolve()
    }
    const drained = await Promise.all(adopters.map(({ spool }) => drain(spool)))
    expect(drained.flat().sort((a, b) => a - b), `delay ${delay}`).toEqual([0, 1, 2, 10, 11])
    expect(adopters.flatMap(({ problems }) => problems)).toEqual([])
  }
})

test('row 26: what a living process has is left alone', async () => {
  const world = createWorld()
  const owner = world.start()
  await owner.spool.append(batchOf(owner.producerId, 0))
  const other = world.start()
  await world.pass(600_000)
  expect(await drain(other.spool)).toEqual([])
  expect(owner.spool.stats().batches).toBe(1)
})

test('row 26: a process that got the number of a dead one does not guard what that one left', async () => {
  const world = createWorld()
  await leave(world, [0], { pid: 77 })
  world.run(77)
  expect(await drain(world.start().spool)).toEqual([0])
})

test('row 26: a process that got the number of the dead one itself adopts from it', async () => {
  const world = createWorld()
  await leave(world, [0], { pid: 1 })
  expect(await drain(world.start({ pid: 1 }).spool)).toEqual([0])
})

test('row 26: what was left in another container is adopted when its lock has not been touched for two minutes', async () => {
  const world = createWorld()
  await leave(world, [0], { pid: 1, space: 'container 1' })
  const { spool } = world.start({ pid: 1, space: 'container 2' })
  await world.pass(110_000)
  expect(await drain(spool)).toEqual([])
  await world.pass(40_000)
  expect(await drain(spool)).toEqual([0])
})

test('row 26: what lives in another container is left alone, whatever the clocks say', async () => {
  const world = createWorld()
  const living = world.start({ pid: 1, space: 'container 1' })
  await living.spool.append(batchOf(living.producerId, 0))
  const { spool } = world.start({ pid: 1, space: 'container 2' })
  for (const jumpMs of [-3_600_000, 7_200_000, 0]) {
    world.setClock(jumpMs)
    await world.pass(200_000)
  }
  expect(await drain(spool)).toEqual([])
})

test('row 26: a process that is stopped for ten minutes keeps what it has', async () => {
  const world = createWorld()
  const stopped = world.start()
  await stopped.spool.append(batchOf(stopped.producerId, 0))
  stopped.fs.stop()
  const { spool } = world.start()
  await world.pass(600_000)
  expect(await drain(spool)).toEqual([])
})

test('row 26: what a process still writes after it was taken for dead is not lost', async () => {
  const world = createWorld()
  const silent = world.start({ space: 'container 1' })
  silent.fs.utimes = async () => undefined
  await silent.spool.append(batchOf(silent.producerId, 0))
  const adopter = world.start({ space: 'container 2' })
  while (adopter.adoptions === 0) await world.pass(10_000)
  const { spool } = adopter
  const first = await spool.take()
  await silent.spool.append(batchOf(silent.producerId, 1))
  if (first !== null) await spool.settle(first.place)
  expect([first?.batch.firstSeq, ...(await drain(spool))]).toEqual([0, 1])
})

test('row 26: a process that was taken for dead goes on in a new folder, also when its lock was left to it', async () => {
  const world = createWorld()
  const silent = world.start({ space: 'container 1' })
  const touch = silent.fs.utimes
  silent.fs.utimes = async () => undefined
  await silent.spool.append(batchOf(silent.producerId, 0))
  const { spool } = world.start({ space: 'container 2' })
  await world.pass(125_000)
  silent.fs.utimes = touch
  expect(await drain(spool)).toEqual([0])
  await world.pass(30_000)
  await silent.spool.append(batchOf(silent.producerId, 1))
  silent.kill()
  await world.pass(160_000)
  expect(await drain(spool)).toEqual([1])
})

test('row 26: a lock that was not written to its end guards nothing for long', async () => {
  const world = createWorld()
  const lock = await leave(world, [0])
  world.disk.replace(lock, (bytes) => bytes.subarray(0, 9))
  const { spool } = world.start()
  expect(await drain(spool)).toEqual([])
  await world.pass(160_000)
  expect(await drain(spool)).toEqual([0])
})

test('row 26: two threads of one process keep apart, and one takes over from the other when it has ended', async () => {
  const world = createWorld()
  const ended = world.start({ pid: 9 })
  await ended.spool.append(batchOf(ended.producerId, 0))
  ended.fs.stop()
  const { spool } = world.start({ pid: 9 })
  expect(await drain(spool)).toEqual([])
  await world.pass(160_000)
  expect(await drain(spool)).toEqual([0])
})

test('what others leave later is found by a process that runs', async () => {
  const world = createWorld()
  const running = world.start()
  await running.spool.take()
  await leave(world, [0])
  await world.pass(30_000)
  expect(running.adoptions).toBe(1)
  expect(running.spool.stats().adoptedBytes).toBeGreaterThan(0)
  expect(await drain(running.spool)).toEqual([0])
})

test('what was adopted and not delivered is adopted again', async () => {
  const world = createWorld()
  await leave(world, [0, 1])
  const second = world.start()
  const taken = await second.spool.take()
  if (taken !== null) await second.spool.settle(taken.place)
  second.kill()
  const third = world.start()
  await third.spool.take()
  third.kill()
  expect(await drain(world.start().spool)).toEqual([1])
})

test('what does not fit waits until there is room, for this process or another', async () => {
  const world = createWorld()
  for (let each = 0; each < 3; each++) {
    await leave(world, [each * 10, each * 10 + 1], {}, 3 * MIB)
    await world.pass(10)
  }
  const { spool, losses } = world.start({ options: { maxBytes: 16 * MIB } })
  const first = await spool.take()
  expect(spool.stats().adoptedBytes).toBeLessThan(13 * MIB)
  expect(losses).toEqual([])
  expect(await drain(world.start().spool)).toEqual([20, 21])
  if (first !== null) spool.release(first.place)
  expect(await drain(spool)).toEqual([0, 1, 10, 11])
})

test('so many folders may wait and no more: of more, the oldest make room and are told', async () => {
  const world = createWorld()
  const folders = 36
  const owners = Array.from({ length: folders }, () => world.start())
  for (const { spool, producerId } of owners) await spool.append(batchOf(producerId, 0, 1, 3 * MIB))
  for (const { kill } of owners) kill()
  const { spool, losses } = world.start({ options: { maxBytes: 8 * MIB } })
  await spool.take()
  expect(losses.map(({ reason }) => reason)).toEqual(['spool_overflow', 'spool_overflow'])
  const left = [...world.disk.files().keys()].filter((path) => path.endsWith('.v1'))
  expect(left).toHaveLength(folders - 2)
})

test('locks of dead processes that left nothing are removed', async () => {
  const world = createWorld()
  for (let each = 0; each < 3; each++) {
    const { spool, kill } = world.start()
    await spool.take()
    kill()
  }
  await world.start().spool.take()
  expect([...world.disk.files().keys()].filter((path) => path.startsWith(FOLDER))).toHaveLength(1)
})

/** A process that was killed with these batches on disk; returns the path of its lock. */
async function leave(world: SpoolWorld, seqs: readonly number[], setup: { readonly pid?: number; readonly space?: string } = {}, bodyBytes = 100): Promise<string> {
  const before = new Set(world.disk.files().keys())
  const { spool, producerId, kill } = world.start(setup)
  for (const seq of seqs) await spool.append(batchOf(producerId, seq, 1, bodyBytes))
  kill()
  return [...world.disk.files().keys()].find((path) => path.endsWith('.lock') && !before.has(path)) ?? ''
}
