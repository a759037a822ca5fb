import { expect, test } from 'vitest'
import { SCRIPT_BYTES, followScript, newHistory, recover, settleDown, without } from './spool-history.ts'
import { FOLDER, MIB, batchOf, createWorld, drain, useSimulatedTime } from './spool-world.ts'

useSimulatedTime()

const SCRIPT_OPTIONS = { maxBytes: SCRIPT_BYTES, fsync: true }

/** What a disk says; each of them at each call. */
const CODES = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EMFILE']

for (const code of CODES) {
  test(`row ${code === 'ENOSPC' ? '35' : '36'}: ${code} at any call is no error of the app; what was accepted is there, and a minute later the disk is used again`, async () => {
    let calls = Infinity
    for (let at = 1; at <= calls; at++) {
      const world = createWorld()
      const first = world.start({ options: SCRIPT_OPTIONS, fault: ({ ordinal }) => (ordinal === at ? code : null) })
      const history = newHistory(first.producerId)
      await followScript(first, history)
      calls = Math.min(calls, first.fs.calls.length < at ? at : Infinity)
      await world.pass(100_000)
      history.asked.add(1_000)
      const place = await first.spool.append(batchOf(first.producerId, 1_000, 3, 1_200))
      if (place !== null) history.accepted.add(1_000)
      expect(place, `call ${at}: the disk is used again`).not.toBeNull()
      expect(first.spool.stats().degraded).toBe(false)
      expect(first.losses, `call ${at}`).toEqual([])
      expect(first.fs.openFiles, `call ${at}: files left open`).toBe(1)
      first.kill()
      const { seqs } = await recover(world, history)
      expect(without(history.accepted, history.settling, seqs), `call ${at}: lost`).toEqual([])
      expect(without(seqs, history.asked), `call ${at}: unknown`).toEqual([])
    }
  })
}

test('row 35: a disk that stays full costs no disk access for a minute, says so, and is tried again', async () => {
  const world = createWorld()
  let full = true
  const { spool, producerId, fs, problems } = world.start({ fault: ({ name }) => (full && name === 'write' ? 'ENOSPC' : null) })
  expect(await spool.append(batchOf(producerId, 0))).toBeNull()
  expect(spool.stats().degraded).toBe(true)
  expect(problems[0]).toMatchObject({ kind: 'spool_disk', message: expect.stringContaining('ENOSPC') })
  await settleDown()
  const calls = fs.calls.length
  for (let seq = 1; seq < 100; seq++) expect(await spool.append(batchOf(producerId, seq))).toBeNull()
  expect(fs.calls.length).toBe(calls)
  full = false
  await world.pass(90_000)
  expect(await spool.append(batchOf(producerId, 100))).not.toBeNull()
})

test('row 35: a disk that fills up while a record is written leaves nothing of it that anybody reads', async () => {
  const world = createWorld()
  const { spool, producerId, kill } = world.start()
  await spool.append(batchOf(producerId, 0, 1, 10_000))
  const free = world.disk.capacityBytes
  world.disk.capacityBytes = [...world.disk.files().values()].reduce((sum, bytes) => sum + bytes.length, 5_000)
  expect(await spool.append(batchOf(producerId, 1, 1, 10_000))).toBeNull()
  world.disk.capacityBytes = free
  await world.pass(61_000)
  expect(await spool.append(batchOf(producerId, 2, 1, 100))).not.toBeNull()
  kill()
  const next = world.start()
  expect(await drain(next.spool)).toEqual([0, 2])
  expect(next.spool.stats().corruptBatches).toBe(0)
})

test('row 35: settling makes room on a full disk', async () => {
  const world = createWorld()
  let full = false
  const { spool, producerId } = world.start({ options: { maxBytes: 8 * MIB }, fault: ({ name }) => (full && name === 'write' ? 'ENOSPC' : null) })
  const places = []
  for (let seq = 0; seq < 4; seq++) places.push(await spool.append(batchOf(producerId, seq, 1, MIB / 2)))
  full = true
  for (const place of places) if (place !== null) await spool.settle(place)
  await world.pass(31_000)
  expect([...world.disk.files().keys()].filter((path) => path.includes('.v1'))).toEqual([])
})

test('row 35: a tenth of the disk, and 256 MiB of it, stay free', async () => {
  for (const [capacityMib, usedMib, accepted] of [
    [4_096, 3_680, true],
    [4_096, 3_690, false],
    [1_024, 760, true],
    [1_024, 770, false],
  ] as const) {
    const world = createWorld()
    const { spool, producerId, problems } = world.start()
    await spool.take()
    world.disk.capacityBytes = capacityMib * MIB
    world.disk.plant('/state/other', { file: new Uint8Array(0) })
    world.disk.replace('/state/other', () => Object.defineProperty(Buffer.alloc(0), 'length', { value: usedMib * MIB }))
    const place = await spool.append(batchOf(producerId, 0))
    expect(place !== null, `${usedMib} of ${capacityMib} MiB used`).toBe(accepted)
    if (!accepted) expect(problems[0]?.message).toContain('must stay free')
    if (!accepted) expect(spool.appendSync([batchOf(producerId, 1)], 50)).toBe(0)
  }
})

test('row 36: at the exit a disk that fails is a smaller count, never an error', async () => {
  for (const name of ['mkdirSync', 'openSync', 'writeSync', 'closeSync', 'statfsSync']) {
    const { spool, producerId } = createWorld().start({ fault: (call) => (call.name === name ? 'EIO' : null) })
    await spool.take()
    expect(spool.appendSync([batchOf(producerId, 0), batchOf(producerId, 1)], 50), name).toBeLessThanOrEqual(2)
  }
})

test('row 36: a file that cannot be read is passed over, and read later', async () => {
  const world = createWorld()
  const first = world.start({ options: { maxBytes: SCRIPT_BYTES } })
  for (const seq of [0, 1, 2, 3]) await first.spool.append(batchOf(first.producerId, seq, 1, 3_000))
  first.kill()
  let broken = true
  const { spool, problems } = world.start({ fault: ({ name, path }) => (broken && name === 'read' && path.endsWith('-000001.v1') ? 'EIO' : null) })
  expect(await drain(spool)).toEqual([0, 2, 3])
  expect(problems).toMatchObject([{ kind: 'spool_disk' }])
  broken = false
  await world.pass(61_000)
  expect(await drain(spool)).toEqual([1])
})

test('row 39: a file that is missing where the spool stands is normal', async () => {
  const world = createWorld()
  const first = world.start({ options: { maxBytes: SCRIPT_BYTES } })
  for (const seq of [0, 1, 2, 3]) await first.spool.append(batchOf(first.producerId, seq, 1, 3_000))
  first.kill()
  const { spool, fs, problems } = world.start()
  await spool.take()
  const path = [...world.disk.files().keys()].find((each) => each.endsWith('-000001.v1')) ?? ''
  await fs.unlink(path)
  expect(await drain(spool)).toEqual([2, 3])
  expect(problems).toEqual([])
})

test('a spool whose files are removed while it runs counts them and goes on', async () => {
  const world = createWorld()
  const { spool, producerId, fs, losses, kill } = world.start({ options: { maxBytes: SCRIPT_BYTES } })
  for (const seq of [0, 2, 4]) {
    const place = await spool.append(batchOf(producerId, seq, 2, 3_000))
    if (place !== null) spool.release(place)
  }
  for (const path of world.disk.files().keys()) await fs.unlink(path)
  for (const name of await fs.readdir(FOLDER)) await fs.rmdir(`${FOLDER}/${name}`)
  await world.pass(30_000)
  expect(await drain(spool)).toEqual([])
  expect(losses).toEqual([0, 1, 2].map(() => ({ reason: 'spool_corrupt', producerId, events: 2, ranges: [] })))
  expect(await spool.append(batchOf(producerId, 6))).not.toBeNull()
  kill()
  expect(await drain(world.start().spool)).toEqual([6])
})

test('a disk that has no file handle left is no reason to lose what cannot be read now', async () => {
  const world = createWorld()
  let exhausted = false
  const { spool, producerId, losses } = world.start({ options: { maxBytes: SCRIPT_BYTES }, fault: ({ name }) => (exhausted && name === 'open' ? 'EMFILE' : null) })
  for (let seq = 0; seq < 7; seq++) {
    const place = await spool.append(batchOf(producerId, seq, 1, 4_500))
    if (place !== null) spool.release(place)
  }
  exhausted = true
  expect(await spool.append(batchOf(producerId, 7, 1, 4_500))).toBeNull()
  expect(losses).toEqual([])
  exhausted = false
  await world.pass(61_000)
  expect(await drain(spool)).toEqual([0, 1, 2, 3, 4, 5, 6])
})

test('a disk that hangs is answered without it in 10 s, and what it wrote after all is given out', async () => {
  const world = createWorld()
  const first = world.start()
  await first.spool.take()
  const hanging: (() => void)[] = []
  const write = first.fs.statfs
  first.fs.statfs = (path) => new Promise<void>((resolve) => void hanging.push(resolve)).then(() => write(path))
  const answers: unknown[] = []
  void first.spool.append(batchOf(first.producerId, 0)).then((place) => answers.push(place))
  void first.spool.take().then((taken) => answers.push(taken))
  await settleDown()
  expect(answers).toEqual([])
  await world.pass(10_000)
  expect(answers).toEqual([null, null])
  expect(first.spool.stats().degraded).toBe(true)
  expect(await first.spool.append(batchOf(first.producerId, 1))).toBeNull()
  expect(await first.spool.take()).toBeNull()
  for (const release of hanging) release()
  await settleDown()
  expect(await drain(first.spool)).toEqual([0])
})
