import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { StoreBusy } from '../src/store/store-busy.ts'
import { TooMuch } from '../src/store/store-query.ts'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { SAMPLE_TIME, sampleDelivery, sampleEvent, sampleEvents } from '../src/testing/sample.ts'
import { startTestServer } from '../src/testing/start-test-server.ts'
import { openCollector, takeStock, type Collector, type CollectorOptions } from './open-collector.ts'

// A disk of 32 MiB that is really full.
const disk = mkdtempSync(join(tmpdir(), 'wayside-disk-'))
const mounted = mount()
/** Mounting one needs a privilege. */
const testOnDisk = mounted ? test : (name: string, _run: () => Promise<void>, _timeoutMs: number) => test.skip(`${name} (skipped: this user may not mount a disk)`)

afterAll(() => {
  if (mounted) run('umount', disk)
  rmSync(disk, { recursive: true })
})

let time = SAMPLE_TIME
beforeEach(() => {
  time = SAMPLE_TIME
})
afterEach(() => {
  for (const name of readdirSync(disk)) rmSync(join(disk, name), { recursive: true })
})

/** A collector on the small disk, which ends with the test. */
async function open(options: CollectorOptions = {}): Promise<Collector> {
  const collector = await openCollector(disk, { now: () => time, minFreeBytes: 0, ...options })
  onTestFinished(() => collector.close())
  return collector
}

testOnDisk('row 44, promise: disk full at the server: senders are told to wait, answers go on, and both heal when there is room', async () => {
  const collector = await open()
  await send(collector, 'a')
  await collector.intake.loader.drain()
  fillDisk(0)
  await expect(send(collector, 'b')).rejects.toMatchObject({ name: 'BackPressure', message: expect.stringContaining('ENOSPC') as string })
  expect(await takeStock(collector.store)).toMatchObject({ events: 500, requests: 500 })
  makeRoom()
  expect(await send(collector, 'b')).toMatchObject({ accepted: 500, duplicates: 0 })
  expect(await send(collector, 'a')).toMatchObject({ accepted: 0, duplicates: 500 })
  await collector.intake.loader.drain()
  expect(await takeStock(collector.store)).toMatchObject({ events: 1_000, distinctIds: 1_000, requests: 1_000 })
  expect(collector.intake.alarms()).toEqual([expect.stringContaining('ENOSPC')])
  time += 3_600_000
  expect(collector.intake.alarms()).toEqual([])
}, 30_000)

testOnDisk('row 44: over HTTP that is 503 with Retry-After, reports go on, and a 200 when there is room', async () => {
  const server = await startTestServer({ data: join(disk, 'data'), minFreeBytes: 0 })
  const ingest = await server.key('ingest')
  const read = await server.key('read')
  const post = () => server.post('/api/v1/events', JSON.stringify(sampleBatch([sampleEvent({ time: Date.now() })])), { authorization: `Bearer ${ingest}`, 'content-type': 'application/json' })
  fillDisk(0)
  const refused = await post()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)])
  await vi.waitFor(async () => {
    await post()
    const ready = await server.get('/readyz')
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('ENOSPC')])
  }, 30_000)
  expect((await server.get('/api/v1/requests', read)).status).toBe(200)
  makeRoom()
  await vi.waitFor(async () => expect((await post()).status).toBe(200), 30_000)
}, 60_000)

testOnDisk('row 44: a checkpoint that finds the disk full costs no event, and the database is opened anew', async () => {
  const collector = await open()
  for (const producer of ['a', 'b', 'c', 'd']) await send(collector, producer)
  await collector.intake.loader.drain()
  fillDisk(200_000)
  time += 120_000
  await send(collector, 'e', 1)
  // The first to load it fails: this, or what the loader does by itself every second.
  await collector.intake.loader.drain().catch((error: unknown) => expect(String(error)).toContain('has to be opened anew'))
  await collector.intake.loader.drain()
  expect(await takeStock(collector.store)).toMatchObject({ events: 2_001, requests: 2_001 })
  expect(collector.warnings).toContain('the event database was opened anew')
  makeRoom()
  time += 120_000
  await send(collector, 'f')
  await collector.intake.loader.drain()
  expect(await takeStock(collector.store)).toMatchObject({ events: 2_501, distinctIds: 2_501, requests: 2_501 })
  expect(collector.store.fault()).toBeNull()
}, 30_000)

testOnDisk('row 44: a snapshot that finds no room is told and made later, and the journal waits for it', async () => {
  const collector = await open({ snapshotEvents: 1_000, minFreeBytes: 4_000_000 })
  await send(collector, 'a')
  await collector.intake.loader.drain()
  fillDisk(4_500_000)
  await send(collector, 'b')
  await collector.intake.loader.drain()
  expect(collector.store.alarms()).toEqual([expect.stringContaining('bytes for a snapshot of the event database')])
  expect(collector.intake.journalStats().segments).toBe(2)
  expect(await takeStock(collector.store)).toMatchObject({ events: 1_000, requests: 1_000 })
  makeRoom()
  time += 120_000
  await collector.intake.loader.drain()
  expect(collector.store.alarms()).toEqual([])
  expect(collector.intake.journalStats().segments).toBe(0)
  expect(await takeStock(collector.store)).toMatchObject({ events: 1_000, requests: 1_000 })
}, 30_000)

testOnDisk('row 44: a start on a full disk answers and heals', async () => {
  const first = await openCollector(disk, { now: () => time, minFreeBytes: 0 })
  await send(first, 'a')
  await first.close()
  fillDisk(0)
  const second = await open()
  expect(await takeStock(second.store)).toMatchObject({ events: 500, requests: 500 })
  await expect(send(second, 'b')).rejects.toMatchObject({ name: 'BackPressure' })
  makeRoom()
  await send(second, 'b')
  await second.intake.loader.drain()
  expect(await takeStock(second.store)).toMatchObject({ events: 1_000, distinctIds: 1_000 })
}, 30_000)

testOnDisk('row 44: a damaged database is made anew once there is room for it', async () => {
  const first = await openCollector(disk, { now: () => time, minFreeBytes: 0, snapshotBytes: 1 })
  await send(first, 'a')
  await first.intake.loader.drain()
  await first.close()
  truncateSync(join(disk, 'events.duckdb'), 5_000)
  fillDisk(300_000)
  const second = await open()
  expect(second.store.fault()).toContain('cannot be rebuilt at present')
  await expect(takeStock(second.store)).rejects.toBeInstanceOf(StoreBusy)
  expect(await send(second, 'a')).toMatchObject({ accepted: 0, duplicates: 500 })
  makeRoom()
  expect(await send(second, 'b')).toMatchObject({ accepted: 500 })
  time += 120_000
  await second.intake.loader.drain()
  expect(await takeStock(second.store)).toMatchObject({ events: 1_000, distinctIds: 1_000, requests: 1_000 })
}, 30_000)

testOnDisk('row 44: a question that has no room for its temporary files is refused, others are answered', async () => {
  const first = await openCollector(disk, { now: () => time, minFreeBytes: 0, snapshotEvents: 3_500 })
  for (let batch = 0; batch < 16; batch++) {
    // They take little on disk, and more than the memory limit to sort.
    const events = sampleEvents(500, batch * 500 + 1).map((event) => ({ ...event, path: `/${'x'.repeat(2_000)}`, userId: 'y'.repeat(2_000) }))
    await first.intake.receiver.receive(sampleDelivery({ producerId: 'a'.repeat(32), events, sentAt: null }))
    await first.intake.loader.drain()
    time += 120_000
  }
  await first.close()
  const collector = await open({ memoryLimitBytes: 24 * 1024 * 1024, threads: 1 })
  fillDisk(500_000)
  await expect(collector.store.list({ projectId: 1, filters: {}, order: 'newest', limit: 8_000, after: null, offset: 0 })).rejects.toBeInstanceOf(TooMuch)
  expect(await collector.store.list({ projectId: 1, filters: {}, order: 'newest', limit: 10, after: null, offset: 0 })).toHaveLength(10)
}, 60_000)

test('row 44: a log that cannot be written does not end the server', async () => {
  const data = mkdtempSync(join(tmpdir(), 'wayside-log-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@wayside/source', main, 'serve', '--data', data, '--port', '0', '--log-level', 'debug'], {
    stdio: ['ignore', 'pipe', openSync('/dev/full', 'w')],
  })
  const gone = once(child, 'exit')
  const [line] = (await once(createInterface(child.stdout ?? process.stdin), 'line')) as [string]
  const url = /http:\S+/.exec(line)?.[0] ?? line
  for (let each = 0; each < 3; each++) expect((await fetch(`${url}/healthz`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await gone).toEqual([0, null])
}, 30_000)

function send({ intake }: Collector, producer: string, count = 500) {
  // Texts that do not compress, so that a checkpoint needs room.
  const events = sampleEvents(count).map((event) => ({ ...event, path: `/${crypto.randomUUID()}`, userId: crypto.randomUUID().repeat(5) }))
  return intake.receiver.receive(sampleDelivery({ producerId: producer.repeat(32), events, sentAt: time, receivedAt: time }))
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
