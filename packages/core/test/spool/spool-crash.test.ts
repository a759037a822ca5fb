import { expect, test, vi } from 'vitest'
import { createRandom } from '../../../../scripts/random.ts'
import { encodeRecord } from '../../src/spool/record.ts'
import { SCRIPT_BYTES, fallSilent, followScript, newHistory, recover, recoverAfterBoot, settleDown, without } from './spool-history.ts'
import { FOLDER, HOUR_MS, batchOf, createWorld, drain, useSimulatedTime, type SpoolWorld } from './spool-world.ts'

useSimulatedTime()
// Thousands of lives and deaths: seconds, and on a busy machine more.
vi.setConfig({ testTimeout: 180_000 })

test('row 37: a torn tail is dropped at every byte at which it can be torn, and what came before is replayed', async () => {
  const { world, path } = await leave([0, 1, 2])
  const whole = fileAt(world, path)
  const tail = encodeRecord(batchOf('0'.repeat(32), 2)).length
  for (let cut = whole.length - tail; cut < whole.length; cut++) {
    const { world, path } = await leave([0, 1, 2])
    world.disk.replace(path, (bytes) => bytes.subarray(0, cut))
    const { spool, losses, problems } = world.start()
    expect(await drain(spool), `torn at ${cut}`).toEqual([0, 1])
    expect(losses).toEqual([])
    expect(problems).toEqual([])
  }
})

test('row 38: a flipped bit in any field of a record is found: nothing is lost for one in a header, one batch is counted for any other', async () => {
  const size = encodeRecord(batchOf('0'.repeat(32), 1)).length
  for (let bit = 0; bit < size * 8; bit += bit < 112 * 8 ? 1 : 13) {
    const { world, path, producerId } = await leave([0, 3, 6], 3)
    world.disk.replace(path, (bytes) => flip(bytes, size * 8 + bit))
    const { spool, losses } = world.start()
    const seqs = await drain(spool)
    const inHeader = bit < 112 * 8
    expect(seqs, `bit ${bit}`).toEqual(inHeader ? [0, 3, 6] : [0, 6])
    expect(losses).toEqual(inHeader ? [] : [{ reason: 'spool_corrupt', producerId, events: 3, ranges: [] }])
    expect(spool.stats().corruptBatches).toBe(inHeader ? 0 : 1)
  }
})

test('row 38: when both headers of a record are gone, the batches around it are replayed and one file of damage is kept, for 72 hours', async () => {
  const world = createWorld()
  for (let round = 0; round < 3; round++) {
    const left = await leave([0, 1, 2], 1, world)
    const size = encodeRecord(batchOf(left.producerId, 1)).length
    world.disk.replace(left.path, (bytes) => bytes.fill(0xff, size, size + 112))
    const { spool, problems, kill } = world.start()
    expect(await drain(spool)).toEqual([0, 2])
    expect(spool.stats().corruptBatches).toBe(1)
    expect(problems.map(({ kind }) => kind)).toEqual(['spool_corrupt'])
    expect(damaged(world)).toEqual([`${FOLDER}/damaged`])
    kill()
  }
  world.start()
  await world.pass(72 * HOUR_MS)
  expect(damaged(world)).toHaveLength(1)
  await world.pass(2 * HOUR_MS)
  expect(damaged(world)).toEqual([])
})

test('row 38: a process knows what it has written, so that damage to its own headers is counted by the event', async () => {
  const world = createWorld()
  const { spool, producerId, losses } = world.start()
  for (const seq of [0, 5, 10]) {
    const place = await spool.append(batchOf(producerId, seq, 5))
    if (place !== null) spool.release(place)
  }
  const size = encodeRecord(batchOf(producerId, 0, 5)).length
  world.disk.replace(segmentOf(world), (bytes) => bytes.fill(0, size, size + 112))
  expect(await drain(spool)).toEqual([0, 10])
  await world.pass(3_700_000)
  expect(losses).toEqual([{ reason: 'spool_corrupt', producerId, events: 5, ranges: [] }])
  expect(spool.stats()).toMatchObject({ events: 0, bytes: 0 })
})

test('row 38: a file of rubbish costs nothing but itself', async () => {
  const { world, path } = await leave([0])
  world.disk.plant(path.replace(/[^/]+$/, '1700000000000-000009.v1'), { file: Buffer.from('WSP1WSP2'.repeat(40_000)) })
  expect(await drain(world.start().spool)).toEqual([0])
})

const SCRIPT_OPTIONS = { maxBytes: SCRIPT_BYTES, fsync: true }

test('row 39: a crash before or after any call loses nothing accepted and brings nothing settled back', async () => {
  const calls = await countCalls()
  expect(calls).toBeGreaterThan(60)
  for (const fate of ['stop_before', 'stop_after']) {
    for (let at = 1; at <= calls; at++) {
      const world = createWorld()
      const first = world.start({ options: SCRIPT_OPTIONS, fault: ({ ordinal }) => (ordinal === at ? fate : null) })
      const history = newHistory(first.producerId)
      void followScript(first, history)
      await settleDown()
      first.kill()
      const { seqs, process } = await recover(world, history)
      expect(without(history.accepted, history.settling, seqs), `${fate} ${at}: lost`).toEqual([])
      expect(without(seqs, history.asked), `${fate} ${at}: unknown`).toEqual([])
      expect([...history.settled].filter((seq) => seqs.has(seq)), `${fate} ${at}: again`).toEqual([])
      expect(process.losses).toEqual([])
      expect(process.problems).toEqual([])
    }
  }
})

test('row 39: a crash at any call of the one who adopts leaves the rest to the next', async () => {
  let calls = Infinity
  for (let at = 1; at <= calls; at++) {
    for (const fate of ['stop_before', 'stop_after']) {
      const world = createWorld()
      const first = world.start({ options: SCRIPT_OPTIONS })
      const history = newHistory(first.producerId)
      await followScript(first, history)
      first.kill()
      const second = world.start({ options: SCRIPT_OPTIONS, fault: ({ ordinal }) => (ordinal === at ? fate : null) })
      const taken = new Set<number>()
      const settled = new Set<number>()
      void (async () => {
        for (let next = await second.spool.take(); next !== null; next = await second.spool.take()) {
          taken.add(next.batch.firstSeq)
          await second.spool.settle(next.place)
          settled.add(next.batch.firstSeq)
        }
      })()
      await settleDown()
      second.kill()
      calls = Math.min(calls, second.fs.calls.length < at ? at : Infinity)
      const { seqs } = await recover(world, history)
      expect(without(history.accepted, history.settled, taken, seqs), `${fate} ${at}: lost`).toEqual([])
      expect([...settled].filter((seq) => seqs.has(seq)), `${fate} ${at}: again`).toEqual([])
    }
  }
})

test('row 40: with fsync nothing accepted is lost to a power cut, whatever of the rest the disk kept (1,000 seeds)', async () => {
  const calls = await countCalls()
  for (let seed = 1; seed <= 1_000; seed++) {
    const random = createRandom(seed)
    const world = createWorld()
    const stopAt = 1 + Math.floor(random() * calls)
    const first = world.start({ options: SCRIPT_OPTIONS, fault: ({ ordinal }) => (ordinal === stopAt ? 'stop_after' : null) })
    const history = newHistory(first.producerId)
    void followScript(first, history)
    await settleDown()
    first.kill()
    world.disk.cutPower(random)
    const { seqs } = await recoverAfterBoot(world, history)
    expect(without(history.accepted, history.settling, seqs), `seed ${seed}`).toEqual([])
  }
})

test('row 40: a second power cut while the first is being recovered from loses nothing either (500 seeds)', async () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = createRandom(seed)
    const world = createWorld()
    const first = world.start({ options: SCRIPT_OPTIONS })
    const history = newHistory(first.producerId)
    await followScript(first, history)
    world.disk.cutPower(random)
    first.kill()
    const stopAt = 1 + Math.floor(random() * 120)
    const second = world.start({ options: SCRIPT_OPTIONS, space: 'next boot', fault: ({ ordinal }) => (ordinal === stopAt ? 'stop_after' : null) })
    await fallSilent(world)
    const settled = new Set<number>()
    void (async () => {
      for (let next = await second.spool.take(); next !== null; next = await second.spool.take()) {
        settled.add(next.batch.firstSeq)
        await second.spool.settle(next.place)
      }
    })()
    await settleDown()
    second.kill()
    world.disk.cutPower(random)
    const { seqs } = await recoverAfterBoot(world, history)
    expect(without(history.accepted, history.settled, settled, seqs), `seed ${seed}`).toEqual([])
  }
})

test('row 40: without fsync a power cut may cost what was not synced, and nothing else: no stranger, no altered byte, no crash (500 seeds)', async () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = createRandom(seed)
    const world = createWorld()
    const first = world.start({ options: { maxBytes: SCRIPT_BYTES } })
    const history = newHistory(first.producerId)
    await followScript(first, history)
    world.disk.cutPower(random)
    first.kill()
    const { process } = await recoverAfterBoot(world, history)
    expect(process.spool.stats()).toMatchObject({ degraded: false, adoptedBytes: 0 })
  }
})

/** A process that was killed with these batches on disk. */
async function leave(seqs: readonly number[], events = 1, world = createWorld()): Promise<{ world: SpoolWorld; path: string; producerId: string }> {
  const { spool, producerId, kill } = world.start()
  for (const seq of seqs) await spool.append(batchOf(producerId, seq, events))
  kill()
  return { world, path: segmentOf(world), producerId }
}

function segmentOf(world: SpoolWorld): string {
  return [...world.disk.files().keys()].find((path) => path.endsWith('.v1')) ?? ''
}

function damaged(world: SpoolWorld): string[] {
  return [...world.disk.files().keys()].filter((path) => path.endsWith('damaged'))
}

function fileAt(world: SpoolWorld, path: string): Buffer {
  return world.disk.files().get(path) ?? Buffer.alloc(0)
}

function flip(bytes: Buffer, bit: number): Buffer {
  const at = bit >> 3
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit & 7)), at)
  return bytes
}

async function countCalls(): Promise<number> {
  const process = createWorld().start({ options: SCRIPT_OPTIONS })
  await followScript(process, newHistory(process.producerId))
  return process.fs.calls.length
}
