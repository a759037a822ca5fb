import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFolder } from './folder-lock.ts'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-lock-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

test('a second server on the same folder is refused, with the process that holds it and what to do', async () => {
  const lock = await lockFolder(dataDir)
  await expect(lockFolder(dataDir)).rejects.toThrow(`in use by another wayside server (process ${process.pid}): stop that one, or give this one a folder of its own`)
  await lock.release()
  await (await lockFolder(dataDir)).release()
})

test('the lock of a process that was killed is taken over', async () => {
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: child.pid, started: null }))
  await (await lockFolder(dataDir)).release()
})

test.runIf(process.platform === 'linux')('the lock of an earlier process with the same id is taken over', async () => {
  await writeFile(join(dataDir, 'lock'), JSON.stringify({ pid: process.pid, started: 'an-earlier-boot/1' }))
  await (await lockFolder(dataDir)).release()
})

test('a lock file that is damaged is taken over', async () => {
  await writeFile(join(dataDir, 'lock'), '{"pid":')
  await (await lockFolder(dataDir)).release()
})

test('the folder is made when it is missing, for the owner alone', async () => {
  const folder = join(dataDir, 'new', 'data')
  const lock = await lockFolder(folder)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  await lock.release()
})
