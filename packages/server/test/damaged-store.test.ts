import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, open, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { StoreBusy } from '../src/store/store-busy.ts'
import { sampleBatch as toWire } from '../src/testing/sample-batch.ts'
import { sampleEvent } from '../src/testing/sample.ts'
import { startTestServer } from '../src/testing/start-test-server.ts'
import { openCollector, takeStock, type CollectorOptions } from './open-collector.ts'

// What a kill leaves behind: two snapshots, events in files and in the table, a write-ahead log and a journal.
const image = { folder: '', dataDir: '' }

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wayside-image-'))
  image.folder = folder
  const collector = await openCollector(join(folder, 'live'), { snapshotEvents: 1_000 })
  for (let batch = 0; batch < 11; batch++) {
    await collector.send('a', batch * 500 + 1, 500)
    await collector.intake.loader.drain()
  }
  image.dataDir = join(folder, 'image')
  await cp(join(folder, 'live'), image.dataDir, { recursive: true })
  await collector.close()
}, 60_000)
afterAll(() => rm(image.folder, { recursive: true }))

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'wayside-damaged-'))
  await cp(image.dataDir, dataDir, { recursive: true })
})
afterEach(() => rm(dataDir, { recursive: true }))

const database = () => join(dataDir, 'events.duckdb')
const wal = () => join(dataDir, 'events.duckdb.wal')
const snapshots = async () => (await readdir(join(dataDir, 'snapshots'))).toSorted().toReversed().map((name) => join(dataDir, 'snapshots', name))

/** Opens what is there, waits for the journal and returns what the store then holds. */
async function recover(options: CollectorOptions = {}) {
  const collector = await openCollector(dataDir, options)
  try {
    await collector.intake.loader.drain()
    const resent = await collector.send('a', 5_001, 500)
    const fresh = await collector.send('b', 1, 10)
    await collector.intake.loader.drain()
    return { stock: await takeStock(collector.store), resent, fresh, warnings: collector.warnings, alarms: collector.intake.alarms() }
  } finally {
    await collector.close()
  }
}

function expectEverything({ stock, resent, fresh }: Awaited<ReturnType<typeof recover>>): void {
  expect(resent).toMatchObject({ accepted: 0, duplicates: 500 })
  expect(fresh).toMatchObject({ accepted: 10 })
  expect(stock).toEqual({ events: 5_510, distinctIds: 5_510, requests: 5_510, ledger: ['a: 1-5500', 'b: 1-10'] })
}

test('what a kill leaves behind needs no rebuilding', async () => {
  expect(await snapshots()).toHaveLength(2)
  expect((await stat(wal())).size).toBeGreaterThan(1_000)
  const recovered = await recover()
  expectEverything(recovered)
  expect(recovered.warnings).toEqual([])
  expect(recovered.alarms).toEqual([])
})

describe('row 46: a damaged database is moved aside and made anew, with every acknowledged event once', () => {
  const DAMAGE: Readonly<Record<string, () => Promise<unknown>>> = {
    'a flipped byte in its first header': () => flip(database(), 8),
    'a flipped byte in each of its headers': () => Promise.all([flip(database(), 4_100), flip(database(), 8_200)]),
    'rubbish in all of its blocks': async () => flip(database(), 12_288, (await stat(database())).size - 12_288),
    'nothing in it': () => truncate(database(), 0),
    'all but its first quarter missing': async () => truncate(database(), Math.floor((await stat(database())).size / 4)),
    'some other file in its place': () => writeFile(database(), 'not a database\n'.repeat(10_000)),
    'only its write-ahead log': () => rm(database()),
    'neither file': () => Promise.all([rm(database()), rm(wal())]),
    'a flipped byte in its write-ahead log': async () => flip(wal(), Math.floor((await stat(wal())).size / 2)),
    'a damaged newest snapshot as well': async () => Promise.all([flip(database(), 8), flip(join((await snapshots())[0] ?? '', 'events.duckdb'), 20_000)]),
    'a newest snapshot without its description as well': async () => Promise.all([flip(database(), 8), rm(join((await snapshots())[0] ?? '', 'manifest.json'))]),
  }

  test.each(Object.entries(DAMAGE))('%s', async (_name, damage) => {
    await damage()
    const recovered = await recover()
    expectEverything(recovered)
    expect(recovered.warnings.join('\n')).toContain('the event database is damaged: ')
    expect(recovered.warnings.join('\n')).toContain('the event database was rebuilt from the snapshot in')
    const again = await recover()
    expect(again.stock).toEqual(recovered.stock)
    expect(again.warnings).toEqual([])
  }, 60_000)

  test('both snapshots damaged as well: the files of days and the journal have every event', async () => {
    await flip(database(), 8)
    for (const snapshot of await snapshots()) await flip(join(snapshot, 'events.duckdb'), 20_000)
    const recovered = await recover()
    expectEverything(recovered)
    expect(recovered.warnings.join('\n')).toContain('was rebuilt from the files of days')
  }, 60_000)

  test('a write-ahead log that lost its end needs no rebuilding: the journal adds what it lacks', async () => {
    await truncate(wal(), Math.floor((await stat(wal())).size / 2))
    const recovered = await recover()
    expectEverything(recovered)
    expect(recovered.warnings).toEqual([])
  })

  test('what was damaged is kept, the last two of it, and an alarm tells so until it is removed', async () => {
    for (let each = 0; each < 3; each++) {
      await writeFile(database(), `rubbish ${each}`)
      const { alarms, warnings } = await recover()
      expect(alarms).toEqual([expect.stringContaining('the event database was damaged and made anew')])
      if (each === 2) expect(warnings.join('\n')).toContain('the last 2 are kept')
    }
    const kept = (await readdir(join(dataDir, 'damaged'))).toSorted()
    const contents = await Promise.all(kept.map((name) => readFile(join(dataDir, 'damaged', name, 'events.duckdb'), 'utf8')))
    expect(contents).toEqual(['rubbish 1', 'rubbish 2'])
    await rm(join(dataDir, 'damaged'), { recursive: true })
    expect((await recover()).alarms).toEqual([])
  }, 60_000)
})

test('row 46: a database whose write-ahead log needs more memory than the engine may use is made anew', async () => {
  const narrow = await openCollector(dataDir, { memoryLimitBytes: 3 * 1024 * 1024, threads: 1 })
  expect(narrow.warnings.join('\n')).toContain('Failure while replaying WAL')
  expect(narrow.warnings.join('\n')).toContain('the event database was rebuilt from the snapshot in')
  await narrow.close()
  expectEverything(await recover())
}, 60_000)

test('row 46: a database that is damaged while it is used is made anew in the same process', async () => {
  await recover()
  const collector = await openCollector(dataDir)
  await flip(database(), 12_288, (await stat(database())).size - 12_288)
  await expect(takeStock(collector.store)).rejects.toBeInstanceOf(StoreBusy)
  await collector.send('c', 1, 5)
  await collector.intake.loader.drain()
  expect(await takeStock(collector.store)).toMatchObject({ events: 5_515, distinctIds: 5_515, requests: 5_515 })
  expect(await collector.send('c', 1, 5)).toMatchObject({ accepted: 0, duplicates: 5 })
  expect(collector.warnings.join('\n')).toContain('the event database was opened anew')
  await collector.close()
}, 60_000)

test('files of days that nothing knows any more are not swept away: the server waits for what knows them', async () => {
  const hidden = join(dataDir, 'elsewhere')
  await cp(join(dataDir, 'snapshots'), hidden, { recursive: true })
  for (const path of [database(), wal(), join(dataDir, 'snapshots')]) await rm(path, { recursive: true })
  const files = await readdir(join(dataDir, 'days'))
  const lost = await openCollector(dataDir)
  expect(lost.store.fault()).toContain('neither a database nor a snapshot knows the files in')
  await lost.close()
  expect(await readdir(join(dataDir, 'days'))).toEqual(files)

  await rm(join(dataDir, 'snapshots'), { recursive: true })
  await cp(hidden, join(dataDir, 'snapshots'), { recursive: true })
  expectEverything(await recover())
}, 60_000)

describe('row 46: no crash loop', () => {
  test('two starts that ended inside the opening of the database make a third try another one', async () => {
    await writeFile(join(dataDir, 'opening'), '2')
    const recovered = await recover()
    expectEverything(recovered)
    expect(recovered.warnings[0]).toContain('the server ended twice in a row while it was opened')
  })

  test('after three, reads are refused, events are taken, and a stop in order allows a new start', async () => {
    await writeFile(join(dataDir, 'opening'), '3')
    const before = await readFile(database())
    const collector = await openCollector(dataDir)
    expect(collector.store.fault()).toContain('the last 3 attempts ended the server')
    await expect(takeStock(collector.store)).rejects.toBeInstanceOf(StoreBusy)
    expect(await collector.send('a', 5_001, 500)).toMatchObject({ accepted: 0, duplicates: 500 })
    expect(await collector.send('a', 1, 500)).toMatchObject({ accepted: 0, duplicates: 500 })
    expect(await collector.send('a', 5_501, 10)).toMatchObject({ accepted: 10, duplicates: 0 })
    await expect(collector.intake.loader.drain()).rejects.toThrow('the last 3 attempts')
    await collector.close()
    expect((await readFile(database())).equals(before)).toBe(true)

    const again = await openCollector(dataDir)
    await again.intake.loader.drain()
    expect(await takeStock(again.store)).toEqual({ events: 5_510, distinctIds: 5_510, requests: 5_510, ledger: ['a: 1-5510'] })
    await again.close()
  })
})

test('row 46: without a database the server answers reads with 503, takes events and says so', async () => {
  const first = await startTestServer({ data: dataDir })
  const ingest = await first.key('ingest')
  const read = await first.key('read')
  await first.stop()
  await writeFile(join(dataDir, 'opening'), '3')
  const server = await startTestServer({ data: dataDir })
  const post = () => server.post('/api/v1/events', JSON.stringify(toWire([sampleEvent({ time: Date.now() })])), { authorization: `Bearer ${ingest}`, 'content-type': 'application/json' })
  const overview = await server.get('/api/v1/overview', read)
  expect([overview.status, overview.headers.get('retry-after')]).toEqual([503, '5'])
  expect(await (await post()).json()).toMatchObject({ accepted: 1, duplicates: 0 })
  expect(await (await post()).json()).toMatchObject({ accepted: 0, duplicates: 1 })
  const ready = await server.get('/readyz')
  expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ checks: expect.objectContaining({ store: expect.stringContaining('the last 3 attempts') as string }) as unknown })])
  expect((await server.get('/healthz')).status).toBe(200)
}, 60_000)

describe('row 69: what is not damage is left alone', () => {
  test('a database that another process has open', async () => {
    const script = fileURLToPath(new URL('hold-database.ts', import.meta.url))
    const holder = fork(script, [database()])
    await once(holder, 'message')
    const before = await readdir(dataDir)
    await expect(openCollector(dataDir)).rejects.toThrow('Conflicting lock')
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect(await readdir(dataDir)).toEqual(before)
    expectEverything(await recover())
  })
})

test('row 68: what was deleted does not come back, whatever has to be made anew', async () => {
  const live = await openCollector(dataDir)
  await live.send('d', 1, 300, 2)
  await live.intake.loader.drain()
  expect(await live.store.prune({ projectId: 1 })).toEqual({ events: 5_500 })
  await live.send('a', 5_501, 5)
  await live.intake.loader.drain()
  await live.close()

  const EMPTIED = { events: 5, distinctIds: 5, requests: 5 }
  for (const [at, damage] of [() => flip(database(), 8), async () => Promise.all([...(await snapshots()).map((each) => flip(join(each, 'events.duckdb'), 20_000)), flip(database(), 8)])].entries()) {
    await damage()
    const again = await openCollector(dataDir)
    await again.intake.loader.drain()
    expect(again.warnings.join('\n')).toContain('the event database was rebuilt from')
    expect(await takeStock(again.store), `damage ${at}`).toMatchObject(EMPTIED)
    expect(await again.store.list({ projectId: 2, filters: {}, order: 'oldest', limit: 1_000, after: null, offset: 0 })).toHaveLength(300)
    expect(await again.send('a', 1, 500)).toMatchObject({ accepted: 0, duplicates: 500 })
    await again.close()
  }
}, 60_000)

async function flip(path: string, at: number, bytes = 1): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    const content = Buffer.alloc(bytes)
    await handle.read(content, 0, bytes, at)
    for (let each = 0; each < bytes; each++) content.writeUInt8(content.readUInt8(each) ^ 0xff, each)
    await handle.write(content, 0, bytes, at)
  } finally {
    await handle.close()
  }
}
