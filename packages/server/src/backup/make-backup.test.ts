import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openTables } from '../registry/open-registry.ts'
import { createBackups } from '../registry/backups.ts'
import { sampleBatch } from '../testing/sample-batch.ts'
import { SAMPLE_TIME, sampleEvent, sampleEvents } from '../testing/sample.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { makeBackup } from './make-backup.ts'
import { restoreBackup } from './restore-backup.ts'

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wayside-backup-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const say = () => undefined
const toSettings = (data: string) => ({ data, databaseUrl: null, clickhouseUrl: null, keyPepperPath: null })

/** Requests by endpoint. */
async function count(server: TestServer, key: string): Promise<Readonly<Record<string, number>>> {
  const question = { metrics: ['requests'], dimensions: ['endpoint'], range: { from: '2026-01-01', to: '2026-01-08' } }
  const answer = await server.get(`/api/v1/query?q=${encodeURIComponent(JSON.stringify(question))}`, key)
  expect(answer.status).toBe(200)
  const { rows } = (await answer.json()) as { readonly rows: readonly (readonly [string, number])[] }
  return Object.fromEntries(rows)
}

const eventsOf = (route: string, amount: number, firstSeq: number) => sampleEvents(amount, firstSeq).map((event) => ({ ...event, route }))

test('what was acknowledged before a backup began is in it, exactly, whatever arrives meanwhile', async () => {
  const folder = await makeFolder()
  const server = await startTestServer()
  const [ingest, read] = [await server.key('ingest'), await server.key('read')]
  await server.deliver(sampleBatch(eventsOf('/before', 500, 1)), ingest)
  // Acknowledged, and for all the backup knows in the journal alone.
  const acknowledged = await server.post('/api/v1/events', JSON.stringify(sampleBatch(eventsOf('/just-before', 300, 501))), { authorization: `Bearer ${ingest}` })
  expect(acknowledged.status).toBe(200)
  let sending = true
  let sent = 0
  const load = (async () => {
    while (sending) {
      const answer = await server.post('/api/v1/events', JSON.stringify(sampleBatch(eventsOf('/meanwhile', 20, 801 + sent))), { authorization: `Bearer ${ingest}` })
      await answer.arrayBuffer()
      if (answer.ok) sent += 20
    }
  })()

  const made = await makeBackup({ settings: toSettings(server.dataDir), to: join(folder, 'backup'), say })
  sending = false
  await load
  await server.stop()
  await promisify(execFile)('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: join(folder, 'backup') })
  const { startedAt } = await restoreBackup({ from: join(folder, 'backup'), data: join(folder, 'data') })

  const restored = await startTestServer({ data: join(folder, 'data') })
  await restored.drain()
  const { 'GET /meanwhile': meanwhile = 0, ...exact } = await count(restored, read)
  expect(exact).toEqual({ 'GET /before': 500, 'GET /just-before': 300 })
  expect(meanwhile).toBeLessThanOrEqual(sent)
  expect(made.files).toBeGreaterThanOrEqual(4)
  expect(Date.parse(startedAt)).toBeGreaterThan(0)
  expect((await (await restored.get('/readyz')).json()) as object).toMatchObject({ alarms: [] })
})

test('a project that is removed while files are copied is in none of them', async () => {
  const folder = await makeFolder()
  const server = await startTestServer()
  const [kept, gone] = [await server.key('combined', 'kept'), await server.key('combined', 'gone')]
  await server.deliver(sampleBatch(sampleEvents(30)), kept)
  await server.deliver(sampleBatch(sampleEvents(40).map((event) => ({ ...event, userId: 'ada-of-the-past' }))), gone)
  // From here on its events are in the files of days and in a snapshot.
  const other = await server.key('combined', 'other')
  expect((await server.post('/api/delete', '', { 'x-auth-token': other })).status).toBe(200)
  let removed = false
  const removeOnce = async () => {
    if (removed) return
    removed = true
    expect((await server.post('/api/delete', '', { 'x-auth-token': gone })).status).toBe(200)
  }

  await makeBackup({ settings: toSettings(server.dataDir), to: join(folder, 'backup'), say, onCopied: removeOnce })
  await server.stop()
  await restoreBackup({ from: join(folder, 'backup'), data: join(folder, 'data') })

  const restored = await startTestServer({ data: join(folder, 'data') })
  await restored.drain()
  expect(removed).toBe(true)
  expect(await count(restored, kept)).toEqual({ 'GET /users/:id': 30 })
  expect((await restored.get('/api/v1/overview', gone)).status).toBe(401)
  const days = await readdir(join(folder, 'backup', 'days'))
  expect(days).toEqual(await readdir(join(server.dataDir, 'days')))
})

test('the registry knows when backups were made, and to where', async () => {
  const folder = await makeFolder()
  const server = await startTestServer()
  await makeBackup({ settings: toSettings(server.dataDir), to: join(folder, 'first'), say, now: () => SAMPLE_TIME })
  await makeBackup({ settings: toSettings(server.dataDir), to: join(folder, 'second'), say, now: () => SAMPLE_TIME + 1 })

  const { database } = await openTables({ data: server.dataDir })
  onTestFinished(() => database.close())
  expect(await createBackups(database).list()).toEqual([
    { place: join(folder, 'second'), startedAt: SAMPLE_TIME + 1, madeAt: SAMPLE_TIME + 1 },
    { place: join(folder, 'first'), startedAt: SAMPLE_TIME, madeAt: SAMPLE_TIME },
  ])
})

test('a folder that holds anything is left as it is, by a backup and by a restore', async () => {
  const folder = await makeFolder()
  const server = await startTestServer()
  await makeBackup({ settings: toSettings(server.dataDir), to: join(folder, 'backup'), say })
  await writeFile(join(folder, 'mine'), 'mine')

  await expect(makeBackup({ settings: toSettings(server.dataDir), to: folder, say })).rejects.toThrow(/--to must name a folder that is absent or empty/)
  await expect(restoreBackup({ from: join(folder, 'backup'), data: folder })).rejects.toThrow(/--data \(WAYSIDE_DATA\) must name a folder that is absent or empty/)
  expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('mine')
})

test('a damaged backup is not restored, whichever file is damaged, and nothing of it stays', async () => {
  const folder = await makeFolder()
  const server = await startTestServer()
  await server.deliver(sampleBatch([sampleEvent()]), await server.key('ingest'))
  const backup = join(folder, 'backup')
  await makeBackup({ settings: toSettings(server.dataDir), to: backup, say })
  const paths = (await readFile(join(backup, 'SHA256SUMS'), 'utf8')).trimEnd().split('\n').map((line) => line.slice(66))
  expect(paths).toEqual(expect.arrayContaining(['backup.json', 'registry.sqlite', 'key-pepper', 'journal/000000000001.ndjson']))

  for (const path of paths) {
    const bytes = await readFile(join(backup, path))
    await writeFile(join(backup, path), Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])]))
    await expect(restoreBackup({ from: backup, data: join(folder, 'data') })).rejects.toThrow(`the backup is damaged: ${path} is not what SHA256SUMS says`)
    expect(await readdir(join(folder, 'data')).catch(() => [])).toEqual([])
    await writeFile(join(backup, path), bytes)
  }
  await rm(join(backup, 'SHA256SUMS'))
  await expect(restoreBackup({ from: backup, data: join(folder, 'data') })).rejects.toThrow(/holds no whole backup/)
})

test('a path that leads out of the data folder is refused', async () => {
  const folder = await makeFolder()
  await writeFile(join(folder, 'SHA256SUMS'), `${'0'.repeat(64)}  ../outside\n`)

  await expect(restoreBackup({ from: folder, data: join(folder, 'data') })).rejects.toThrow(/has a line that is none/)
})

test('a server does not start on what a restore left half done', async () => {
  const folder = await makeFolder()
  await writeFile(join(folder, 'restore-unfinished'), '')

  await expect(startTestServer({ data: folder })).rejects.toThrow(/holds a part of a backup/)
})
