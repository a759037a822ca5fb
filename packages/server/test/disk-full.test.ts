import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { openIntake, type Intake } from '../src/receive/open-intake.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'
import { SAMPLE_TIME, sampleDelivery, sampleEvents } from '../src/testing/sample.ts'

// A disk of 32 MiB that is really full. Mounting one needs a privilege; without it these tests are skipped.
const disk = mkdtempSync(join(tmpdir(), 'wayside-disk-'))
const mounted = mount()

afterAll(() => {
  if (mounted) run('umount', disk)
  rmSync(disk, { recursive: true })
})

let time = SAMPLE_TIME
let warnings: string[] = []
let store: Store
let intake: Intake

beforeEach(async () => {
  if (!mounted) return
  time = SAMPLE_TIME
  warnings = []
  store = await openStore({ engine: 'duckdb', dataDir: disk, now: () => time, warn })
  intake = await openIntake({ dataDir: disk, store, warn, now: () => time, minFreeBytes: 0 })
})
afterEach(async () => {
  if (!mounted) return
  await intake.close()
  await store.close()
  rmSync(join(disk, 'events.duckdb'), { force: true })
  rmSync(join(disk, 'journal'), { recursive: true })
})

test.runIf(mounted)('while the disk is full senders are told to wait, answers go on, and both heal when there is room', async () => {
  await send('a')
  await intake.loader.drain()
  fillDisk(0)
  await expect(send('b')).rejects.toMatchObject({ name: 'BackPressure', message: expect.stringContaining('ENOSPC') as string })
  expect(await countStored()).toBe(500)
  makeRoom()
  expect(await send('b')).toMatchObject({ accepted: 500, duplicates: 0 })
  expect(await send('a')).toMatchObject({ accepted: 0, duplicates: 500 })
  await intake.loader.drain()
  expect(await countStored()).toBe(1_000)
}, 30_000)

test.runIf(mounted)('a checkpoint that finds the disk full costs no event, and the database is opened anew', async () => {
  for (const producer of ['a', 'b', 'c', 'd']) await send(producer)
  await intake.loader.drain()
  fillDisk(200_000)
  time += 120_000
  await send('e', 1)
  await expect(intake.loader.drain()).rejects.toThrow('has to be opened anew')
  await intake.loader.drain()
  expect(await countStored()).toBe(2_001)
  expect(warnings).toContain('the event database was opened anew')
  makeRoom()
  time += 120_000
  await send('f')
  await intake.loader.drain()
  expect(await countStored()).toBe(2_501)
  expect(store.fault()).toBeNull()
}, 30_000)

function warn(message: string): void {
  warnings.push(message)
}

function send(producer: string, count = 500) {
  // Texts that do not compress, so that a checkpoint needs room.
  const events = sampleEvents(count).map((event) => ({ ...event, path: `/${crypto.randomUUID()}`, userId: crypto.randomUUID().repeat(5) }))
  return intake.receiver.receive(sampleDelivery({ producerId: producer.repeat(32), events, sentAt: time, receivedAt: time }))
}

async function countStored(): Promise<number> {
  const rows = await store.aggregate({ projectId: 1, from: 0, to: 4_102_444_800_000, intervalMs: null, dimensions: [], latency: false, limit: null })
  return rows[0]?.requests ?? 0
}

function fillDisk(leaveBytes: number): void {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize - leaveBytes))
}

function makeRoom(): void {
  rmSync(join(disk, 'filler'))
}

function mount(): boolean {
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk)
    return true
  } catch {
    return false
  }
}

function run(command: string, ...parameters: readonly string[]): void {
  execFileSync(command, parameters, { stdio: 'ignore' })
}
