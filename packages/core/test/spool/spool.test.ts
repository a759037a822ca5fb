import { expect, test } from 'vitest'
import { FOLDER, HOUR_MS, MIB, batchOf, createWorld, drain, useSimulatedTime } from './spool-world.ts'

useSimulatedTime()

test('what was appended and released is taken, oldest first, byte for byte', async () => {
  const { spool, producerId } = createWorld().start()
  const batches = [7, 8, 9].map((seq) => batchOf(producerId, seq, 3))
  for (const batch of batches) {
    const place = await spool.append(batch)
    expect(place?.bytes).toBeGreaterThan(batch.body.byteLength)
    expect(place !== null && spool.release(place)).toBe(true)
  }
  for (const batch of batches) expect((await spool.take())?.batch).toEqual(batch)
  expect(await spool.take()).toBeNull()
})

test('what somebody holds is not given out, and comes back in its old place when it is released', async () => {
  const { spool, producerId } = createWorld().start()
  const places = await Promise.all([0, 1, 2].map((seq) => spool.append(batchOf(producerId, seq))))
  expect(await spool.take()).toBeNull()
  for (const place of places) if (place !== null) spool.release(place)
  const first = await spool.take()
  const second = await spool.take()
  expect([first?.batch.firstSeq, second?.batch.firstSeq]).toEqual([0, 1])
  if (first !== null) spool.release(first.place)
  expect(await drain(spool)).toEqual([0, 2])
})

test('the stats tell what is not settled', async () => {
  const { spool, producerId } = createWorld().start()
  const place = await spool.append(batchOf(producerId, 5, 3))
  await spool.append(batchOf(producerId, 8, 4))
  expect(spool.stats()).toMatchObject({ batches: 2, events: 7, oldestAt: batchOf(producerId, 5).pushedAt, adoptedBytes: 0, corruptBatches: 0, degraded: false })
  expect(spool.stats().bytes).toBeGreaterThan(400)
  if (place !== null) await spool.settle(place)
  expect(spool.stats()).toMatchObject({ batches: 1, events: 4 })
})

test('a settled batch is never seen again, in this process or the next', async () => {
  const world = createWorld()
  const first = world.start()
  for (let seq = 0; seq < 6; seq++) {
    const place = await first.spool.append(batchOf(first.producerId, seq))
    if (place !== null && seq % 2 === 0) await first.spool.settle(place)
  }
  first.kill()
  const second = world.start()
  expect(await drain(second.spool)).toEqual([1, 3, 5])
  expect(second.adoptions).toBe(1)
})

test('what another process left may have been sent already, and says so', async () => {
  const world = createWorld()
  const first = world.start()
  await first.spool.append(batchOf(first.producerId, 1))
  first.kill()
  expect((await world.start().spool.take())?.batch).toEqual({ ...batchOf(first.producerId, 1), attempted: true })
})

test('a delivered spool leaves no file and no folder behind', async () => {
  const world = createWorld()
  const first = world.start()
  for (let seq = 0; seq < 5; seq++) await first.spool.append(batchOf(first.producerId, seq))
  first.kill()
  for (const path of world.disk.files().keys()) if (path.endsWith('.v1')) world.disk.plant(path.replace('000000.v1', '000001.v1'), { file: Buffer.alloc(0) })
  const second = world.start()
  const place = await second.spool.append(batchOf(second.producerId, 0))
  if (place !== null) await second.spool.settle(place)
  expect(await drain(second.spool)).toHaveLength(5)
  await world.pass(30_000)
  await second.spool.close()
  expect(await second.fs.readdir(FOLDER)).toEqual([])
  expect(second.fs.openFiles).toBe(0)
})

test('delivered batches do not stay in the file that is being written', async () => {
  const world = createWorld()
  const { spool, producerId } = world.start()
  const place = await spool.append(batchOf(producerId, 0))
  if (place !== null) await spool.settle(place)
  await world.pass(30_000)
  expect([...world.disk.files().keys()].filter((path) => path.includes('.v1'))).toEqual([])
})

test('a closed spool refuses, and leaves what it has to the next process at once', async () => {
  const world = createWorld()
  const first = world.start()
  await first.spool.append(batchOf(first.producerId, 0))
  await first.spool.close()
  await first.spool.close()
  expect(await first.spool.append(batchOf(first.producerId, 1))).toBeNull()
  expect(await first.spool.take()).toBeNull()
  expect(first.spool.appendSync([batchOf(first.producerId, 2)], 50)).toBe(0)
  expect(await drain(world.start().spool)).toEqual([0])
})

test('appends of one moment are written together', async () => {
  const { spool, producerId, fs } = createWorld().start()
  await spool.append(batchOf(producerId, 0))
  const writes = () => fs.calls.filter(({ name }) => name === 'write').length
  const before = writes()
  await Promise.all(Array.from({ length: 20 }, (_, at) => spool.append(batchOf(producerId, 1 + at))))
  expect(writes() - before).toBe(1)
})

test('with fsync an append has synced what it wrote', async () => {
  const { spool, producerId, fs } = createWorld().start({ options: { fsync: true } })
  for (let seq = 0; seq < 3; seq++) await spool.append(batchOf(producerId, seq))
  expect(fs.calls.filter(({ name }) => name === 'datasync')).toHaveLength(3)
})

test('a batch that is larger than a file may be is refused', async () => {
  const { spool, producerId } = createWorld().start()
  expect(await spool.append(batchOf(producerId, 0, 1, 4 * MIB))).toBeNull()
  expect(await spool.append(batchOf(producerId, 1, 1, 3 * MIB))).not.toBeNull()
})

test('a batch that is larger than the bound is refused, and nothing is given up for it', async () => {
  const { spool, producerId, losses } = createWorld().start({ options: { maxBytes: MIB } })
  const place = await spool.append(batchOf(producerId, 0))
  if (place !== null) spool.release(place)
  expect(await spool.append(batchOf(producerId, 1, 1, 2 * MIB))).toBeNull()
  expect(losses).toEqual([])
  expect(await drain(spool)).toEqual([0])
})

test('files take at most 4 MiB and all together the bound; the oldest make room and are told by their seqs', async () => {
  const world = createWorld()
  const { spool, producerId, losses } = world.start({ options: { maxBytes: 16 * MIB } })
  for (let seq = 0; seq < 60; seq += 2) {
    const place = await spool.append(batchOf(producerId, seq, 2, MIB - 1_000))
    if (place !== null) spool.release(place)
    const sizes = [...world.disk.files().values()].map((bytes) => bytes.length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * MIB)
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(16 * MIB + 1_024)
  }
  const kept = await drain(spool)
  const lost = losses.flatMap(({ ranges }) => ranges.map(({ from }) => from))
  expect([...lost, ...kept]).toEqual(Array.from({ length: 30 }, (_, at) => at * 2))
  expect(kept.length).toBeGreaterThanOrEqual(12)
  expect(losses[0]).toEqual({ reason: 'spool_overflow', producerId, events: 2, ranges: [{ from: 0, to: 1 }] })
})

test('what somebody holds is not lost when its file makes room, but it is no longer on disk', async () => {
  const { spool, producerId, losses } = createWorld().start({ options: { maxBytes: 8 * MIB } })
  const held = await spool.append(batchOf(producerId, 0, 1, MIB / 2))
  for (let seq = 1; seq < 20; seq++) await spool.append(batchOf(producerId, seq, 1, MIB / 2))
  expect(losses).toEqual([])
  expect(held !== null && spool.release(held)).toBe(false)
})

test('after 72 hours what is left has expired', async () => {
  const world = createWorld()
  const old = world.start()
  await old.spool.append(batchOf(old.producerId, 3, 2))
  old.kill()
  await world.pass(40 * HOUR_MS)
  const { spool, producerId, losses } = world.start()
  const own = await spool.append(batchOf(producerId, 0))
  if (own !== null) spool.release(own)
  await world.pass(34 * HOUR_MS)
  expect(losses).toEqual([{ reason: 'expired', producerId: old.producerId, events: 2, ranges: [{ from: 3, to: 4 }] }])
  await world.pass(40 * HOUR_MS)
  expect(losses.slice(1)).toEqual([{ reason: 'expired', producerId, events: 1, ranges: [{ from: 0, to: 0 }] }])
  expect(spool.stats()).toMatchObject({ bytes: 0, adoptedBytes: 0, events: 0 })
})

test('a clock that jumps ten years ahead expires nothing that this process has', async () => {
  const world = createWorld()
  const { spool, producerId, losses } = world.start()
  const place = await spool.append(batchOf(producerId, 0))
  if (place !== null) spool.release(place)
  world.setClock(10 * 365 * 24 * HOUR_MS)
  await world.pass(60_000)
  expect(losses).toEqual([])
  expect(await drain(spool)).toEqual([0])
})

test('what was left for other receivers is not given out, and goes when it has expired', async () => {
  const world = createWorld()
  const other = world.start({ options: { group: 'ffff' } })
  await other.spool.append(batchOf(other.producerId, 0))
  other.kill()
  const { spool, losses } = world.start()
  expect(await drain(spool)).toEqual([])
  expect(world.disk.files().size).toBe(3)
  await world.pass(74 * HOUR_MS)
  expect([...world.disk.files().keys()]).toEqual([expect.stringMatching(/\.lock$/)])
  expect(losses).toEqual([])
})

test('the exit writes what append has not finished and then what it is given', async () => {
  const world = createWorld()
  const first = world.start()
  await first.spool.append(batchOf(first.producerId, 0))
  void first.spool.append(batchOf(first.producerId, 1))
  const rest = [2, 3, 4].map((seq) => batchOf(first.producerId, seq))
  expect(first.spool.appendSync(rest, 50)).toBe(3)
  first.kill()
  expect(await drain(world.start().spool)).toEqual([0, 1, 2, 3, 4])
})

test('the exit stops at its deadline, asks for no batch that it cannot write, and still has time for one more', async () => {
  const world = createWorld()
  const first = world.start()
  await first.spool.take()
  const asked: number[] = []
  function* slowly() {
    for (let seq = 0; seq < 100; seq++) {
      asked.push(seq)
      void world.pass(20)
      yield batchOf(first.producerId, seq)
    }
  }
  expect(first.spool.appendSync(slowly(), 50)).toBe(3)
  expect(asked).toEqual([0, 1, 2])
  expect(first.spool.appendSync([batchOf(first.producerId, 500)], 0)).toBe(1)
  first.kill()
  expect(await drain(world.start().spool)).toEqual([0, 1, 2, 500])
})

test('the exit writes 16 MiB at most, in files of at most 4 MiB', async () => {
  const world = createWorld()
  const { spool, producerId } = world.start()
  await spool.take()
  const written = spool.appendSync(Array.from({ length: 40 }, (_, seq) => batchOf(producerId, seq, 1, MIB)), 60_000)
  expect(written).toBe(15)
  const sizes = [...world.disk.files().values()].map((bytes) => bytes.length)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * MIB)
})

test('what the exit wrote is there for this process too, if it lives on', async () => {
  const { spool, producerId } = createWorld().start()
  await spool.take()
  spool.appendSync([batchOf(producerId, 0), batchOf(producerId, 1)], 50)
  expect(await drain(spool)).toEqual([0, 1])
})

test('only the owner can read what is on disk', async () => {
  const world = createWorld()
  const { spool, producerId, fs } = world.start()
  await spool.append(batchOf(producerId, 0))
  spool.appendSync([batchOf(producerId, 1)], 50)
  const [folder = ''] = (await fs.readdir(FOLDER)).filter((name) => !name.endsWith('.lock'))
  expect((await fs.lstat(FOLDER)).mode & 0o777).toBe(0o700)
  expect((await fs.lstat(`${FOLDER}/${folder}`)).mode & 0o777).toBe(0o700)
  for (const path of world.disk.files().keys()) expect((await fs.lstat(path)).mode & 0o777, path).toBe(0o600)
})
