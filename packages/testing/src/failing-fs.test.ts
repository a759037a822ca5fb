import { constants } from 'node:fs'
import { expect, test } from 'vitest'
import { createRandom } from '../../../scripts/random.ts'
import { createFailingFs, type FailingFs, type ProcessFs } from './failing-fs.ts'

const CREATE = constants.O_WRONLY | constants.O_CREAT
const keepNothing = () => 0.99
const keepAll = () => 0

test('what was synced survives a power cut, name and content, and nothing else need', async () => {
  for (const [synced, random, left] of [
    [true, keepNothing, 'text'],
    [false, keepNothing, undefined],
    [false, keepAll, 'text'],
  ] as const) {
    const { disk, fs } = await withFolder()
    const file = await fs.open('/data/a', CREATE)
    await file.write(Buffer.from('text'), 0, 4, 0)
    if (synced) {
      await file.datasync()
      await syncFolder(fs, '/data')
    }
    disk.cutPower(random)
    expect(disk.files().get('/data/a')?.toString()).toBe(left)
  }
})

test('a synced file whose name was not synced is gone with the power', async () => {
  const { disk, fs } = await withFolder()
  const file = await fs.open('/data/a', CREATE)
  await file.sync()
  disk.cutPower(keepNothing)
  expect(disk.files().size).toBe(0)
})

test('unsynced writes may survive in any choice, or torn', async () => {
  const seen = new Set<string>()
  for (let seed = 1; seed < 200; seed++) {
    const { disk, fs } = await withFolder()
    const file = await fs.open('/data/a', CREATE)
    await syncFolder(fs, '/data')
    await file.write(Buffer.from('aa'), 0, 2, 0)
    await file.write(Buffer.from('bb'), 0, 2, 2)
    disk.cutPower(createRandom(seed))
    seen.add(disk.files().get('/data/a')?.toString() ?? '')
  }
  expect([...seen]).toEqual(expect.arrayContaining(['', 'aa', 'aabb', '\0\0bb', 'a', 'aab']))
})

test('a rename that was not synced is there or not, but never twice', async () => {
  for (const random of [keepAll, keepNothing]) {
    const { disk, fs } = await withFolder()
    await (await fs.open('/data/a', CREATE)).close()
    await syncFolder(fs, '/data')
    await fs.rename('/data/a', '/data/b')
    disk.cutPower(random)
    expect([...disk.files().keys()]).toEqual([random === keepAll ? '/data/b' : '/data/a'])
  }
})

test('a call fails with the code that the plan says, and the others work', async () => {
  const { disk } = await withFolder()
  const fs = disk.startProcess({ fault: ({ ordinal }) => (ordinal === 2 ? 'EIO' : null) })
  expect(await fs.readdir('/data')).toEqual([])
  await expect(fs.readdir('/data')).rejects.toMatchObject({ code: 'EIO' })
  expect(await fs.readdir('/data')).toEqual([])
  expect(fs.calls.map(({ name, path }) => `${name} ${path}`)).toEqual(Array.from({ length: 3 }, () => 'readdir /data'))
})

test('a process that stops at a call has done it or not, and hears of nothing any more', async () => {
  for (const fate of ['stop_before', 'stop_after']) {
    const { disk } = await withFolder()
    const fs = disk.startProcess({ fault: ({ name }) => (name === 'mkdir' ? fate : null) })
    const answers: string[] = []
    void fs.mkdir('/data/new', { recursive: false, mode: 0o700 }).then(() => answers.push('mkdir'))
    void fs.readdir('/data').then(() => answers.push('readdir'))
    await new Promise((resolve) => setImmediate(resolve))
    expect(answers).toEqual([])
    expect(await disk.startProcess().readdir('/data')).toEqual(fate === 'stop_after' ? ['new'] : [])
  }
})

test('a full disk takes what still fits and then refuses', async () => {
  const { disk, fs } = await withFolder()
  disk.capacityBytes = 6
  const file = await fs.open('/data/a', CREATE)
  expect(await file.write(Buffer.from('12345678'), 0, 8, 0)).toEqual({ bytesWritten: 6 })
  await expect(file.write(Buffer.from('78'), 0, 2, 6)).rejects.toMatchObject({ code: 'ENOSPC' })
  const descriptor = fs.openSync('/data/b', CREATE, 0o600)
  expect(() => fs.writeSync(descriptor, Buffer.from('1'), 0)).toThrow('ENOSPC')
})

test('names behave as they do on a disk', async () => {
  const { disk, fs } = await withFolder()
  disk.plant('/data/link', { link: '/data/a' })
  await expect(fs.open('/data/link', constants.O_RDONLY)).rejects.toMatchObject({ code: 'ELOOP' })
  await expect(fs.open('/data/none', constants.O_RDONLY)).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(fs.rmdir('/data')).rejects.toMatchObject({ code: 'ENOTEMPTY' })
  await fs.unlink('/data/link')
  await fs.rmdir('/data')
  await expect(fs.lstat('/data')).rejects.toMatchObject({ code: 'ENOENT' })
})

async function withFolder(): Promise<{ disk: FailingFs; fs: ProcessFs }> {
  const disk = createFailingFs()
  const fs = disk.startProcess()
  await fs.mkdir('/data', { recursive: false, mode: 0o700 })
  await syncFolder(fs, '/')
  return { disk, fs }
}

async function syncFolder(fs: ProcessFs, path: string): Promise<void> {
  const folder = await fs.open(path, constants.O_RDONLY)
  await folder.sync()
  await folder.close()
}
