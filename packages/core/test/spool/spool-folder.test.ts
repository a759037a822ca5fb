import { execFileSync } from 'node:child_process'
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { HOST, createSpool } from '../../src/spool/create-spool.ts'
import { encodeRecord } from '../../src/spool/record.ts'
import type { Spool, SpoolProblem } from '../../src/spool/spool.ts'
import { GROUP, MIB, batchOf, drain } from './spool-world.ts'

// On real files of this machine.

const PRODUCER = 'ab'.repeat(16)
/** Of a process that is no more: there is no lock for it. */
const LEFT = `${GROUP}.${'cd'.repeat(16)}.${'ef'.repeat(16)}`

let root = ''
let folder = ''
let problems: { kind: SpoolProblem; message: string }[] = []
let spools: Spool[] = []
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wayside-spool-'))
  folder = join(root, 'spool')
  problems = []
  spools = []
})
afterEach(async () => {
  for (const spool of spools) await spool.close()
  await rm(root, { recursive: true })
})

test('row 41: a missing folder is made for this user alone, and so are the files', async () => {
  const spool = open(join(folder, 'deep'))
  expect(await spool.append(batchOf(PRODUCER, 0))).not.toBeNull()
  spool.appendSync([batchOf(PRODUCER, 1)], 50)
  const names = await readdir(join(folder, 'deep'), { recursive: true })
  expect(names).toHaveLength(4)
  for (const name of names) {
    const status = await lstat(join(folder, 'deep', name))
    expect(status.mode & 0o777, name).toBe(status.isDirectory() ? 0o700 : 0o600)
  }
})

test('row 41: a folder that is a link is refused, with what to do', async () => {
  await mkdir(join(root, 'elsewhere'), { mode: 0o700 })
  await symlink(join(root, 'elsewhere'), folder)
  await expectRefused('is a link or a file')
  expect(await readdir(join(root, 'elsewhere'))).toEqual([])
})

test.runIf(process.platform !== 'win32')('row 41: a folder that others can write is refused, one like /tmp too', async () => {
  await mkdir(folder)
  for (const mode of [0o777, 0o770, 0o702, 0o1777]) {
    await chmod(folder, mode)
    await expectRefused('can be written by others')
  }
})

test.runIf(process.getuid?.() === 0)('row 41: a folder of another user is refused', async () => {
  await mkdir(folder, { mode: 0o700 })
  await chown(folder, 12_345, 12_345)
  await expectRefused('belongs to user 12345 and not to this one, 0')
})

test('row 41: a folder that is refused is used once it is in order, without a restart', async () => {
  await mkdir(folder)
  await chmod(folder, 0o777)
  let nowMs = 0
  const spool = open(folder, () => nowMs)
  expect(await spool.append(batchOf(PRODUCER, 0))).toBeNull()
  await chmod(folder, 0o700)
  nowMs = 60_001
  expect(await spool.append(batchOf(PRODUCER, 1))).not.toBeNull()
})

test.runIf(process.platform !== 'win32')('row 41: links, pipes and giants among the files are not touched, and what is real is replayed', async () => {
  const left = await plantFolder()
  await writeFile(join(root, 'secret'), encodeRecord(batchOf('cd'.repeat(16), 7)))
  await symlink(join(root, 'secret'), join(left, '1700000000000-000001.v1'))
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(left, '1700000000000-000002.v1')])
  await writeFile(join(left, '1700000000000-000003.v1'), Buffer.alloc(4 * MIB + 1))
  await writeFile(join(left, '1999999999999-000004.v1'), encodeRecord(batchOf('cd'.repeat(16), 8)))
  const spool = open(folder)
  expect(await drain(spool)).toEqual([8])
  expect(problems).toEqual([])
  expect((await lstat(join(root, 'secret'))).isFile()).toBe(true)
})

test('row 41: a record of another producer than its folder says is counted as damaged and not sent', async () => {
  const left = await plantFolder()
  await writeFile(join(left, '1999999999999-000001.v1'), encodeRecord(batchOf('99'.repeat(16), 7)))
  const spool = open(folder)
  expect(await drain(spool)).toEqual([])
  expect(spool.stats().corruptBatches).toBe(1)
})

test('row 42: files of a newer or an older version are told once and stay as they are, and what this version can read is replayed', async () => {
  const left = await plantFolder()
  const others = ['1999999999999-000001.v2', '1999999999999-000001.v2.settled', '1999999999999-000002.v0']
  for (const name of others) await writeFile(join(left, name), 'of another version')
  await writeFile(join(left, '1999999999999-000003.v1'), encodeRecord(batchOf('cd'.repeat(16), 8)))
  const first = open(folder)
  expect(await drain(first)).toEqual([8])
  await first.close()
  const second = open(folder)
  expect(await drain(second)).toEqual([])
  await second.close()
  expect(problems.map(({ kind }) => kind)).toEqual(['spool_version', 'spool_version'])
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.includes('.v'))
  expect(names.map((name) => basename(name)).sort()).toEqual(others)
})

/** A batch as version 1 has written it; whatever comes later must read it. */
const FROZEN_RECORD =
  'V1NQMSsAAADrla2pzc3Nzc3Nzc3Nzc3Nzc3NzQAAAAAAAERAAwAAAACw59Gvp3lCAwACANJaSCRXU1AyKwAAAOuVranNzc3Nzc3Nzc3Nzc3Nzc3NAAAAAAAAREADAAAAALDn0a+neUIDAAIApi3RbgAAAAAAAERAAAAAAACAREAAAAAAAAAwQwAAAAAAADBDZnJvemVuIGJvZHk='

test('row 42: the bytes of version 1 are read as ever', async () => {
  const left = await plantFolder()
  await writeFile(join(left, '1999999999999-000001.v1'), Buffer.from(FROZEN_RECORD, 'base64'))
  const taken = await open(folder).take()
  expect(taken?.batch).toEqual({
    producerId: 'cd'.repeat(16),
    firstSeq: 40,
    events: 3,
    ranges: [
      { from: 40, to: 41 },
      { from: 2 ** 52, to: 2 ** 52 },
    ],
    pushedAt: 1_763_000_000_123,
    gzipped: true,
    attempted: true,
    body: Buffer.from('frozen body'),
  })
})

function open(path: string, monotonicMs: () => number = () => performance.now()): Spool {
  const spool = createSpool(
    {
      folder: path,
      group: GROUP,
      producerId: PRODUCER,
      maxBytes: 64 * MIB,
      fsync: false,
      onDropped: () => undefined,
      onAdopted: () => undefined,
      onProblem: (kind, message) => void problems.push({ kind, message }),
    },
    { ...HOST, monotonicMs },
  )
  spools.push(spool)
  return spool
}

async function expectRefused(fault: string): Promise<void> {
  problems = []
  const before = await readdir(folder)
  const spool = open(folder)
  expect(await spool.append(batchOf(PRODUCER, 0))).toBeNull()
  expect(spool.appendSync([batchOf(PRODUCER, 1)], 50)).toBe(0)
  expect(await spool.take()).toBeNull()
  expect(spool.stats().degraded).toBe(true)
  expect(problems[0]).toMatchObject({ kind: 'spool_folder', message: expect.stringContaining(fault) })
  expect(problems[0]?.message).toContain('give the spool a folder of its own')
  expect(await readdir(folder)).toEqual(before)
}

async function plantFolder(): Promise<string> {
  const path = join(folder, LEFT)
  await mkdir(path, { recursive: true, mode: 0o700 })
  return path
}
