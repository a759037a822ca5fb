import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { DEFAULTS, type Settings } from '../config/settings.ts'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvents } from '../testing/sample.ts'
import { startSmtp } from '../testing/start-smtp.ts'
import { startTestServer } from '../testing/start-test-server.ts'
import { examine } from './examine.ts'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-doctor-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const settingsOf = (over: Partial<Settings>): Settings => ({ ...DEFAULTS, port: 0, minFreeBytes: 0, journalMaxBytes: 0, ...over })

/** Findings by what was looked at. */
async function look(settings: Settings, now?: () => number, node?: string): Promise<Readonly<Record<string, string>>> {
  const findings = await examine(settings, now, node)
  return Object.fromEntries(findings.map(({ check, level, text }) => [check, `${level}: ${text}`]))
}

/** Every file with its bytes, but for the registry: SQLite counts who opened it. */
const readAll = (folder: string) =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name !== 'registry.sqlite' && statSync(join(folder, name)).isFile())
    .toSorted()
    .map((name) => [name, readFileSync(join(folder, name)).toString('base64')] as const)

/** A folder in which a server has worked. */
async function useFolder(): Promise<string> {
  const server = await startTestServer()
  await server.deliver(sampleBatch(sampleEvents(10)), await server.key('ingest'))
  await server.stop()
  return server.dataDir
}

test('a used folder on a sound machine has nothing but ok, and is left as it was', async () => {
  const data = await useFolder()
  const before = readAll(data)

  const findings = await examine(settingsOf({ data }))

  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([])
  expect(findings.map(({ check }) => check)).toEqual(['Node', 'settings', 'data folder', 'disk', 'clock', 'journal', 'registry', 'backups', 'event database', 'port'])
  expect(readAll(data)).toEqual(before)
})

test('a folder that is not there is not made', async () => {
  const data = join(makeFolder(), 'later', 'data')

  expect(await look(settingsOf({ data }))).toMatchObject({ 'data folder': expect.stringMatching(/^ok: .* is not there yet/), disk: expect.stringMatching(/^ok/) })
  expect(() => statSync(data)).toThrow('ENOENT')
})

test('a running server holds its folder and its port', async () => {
  const server = await startTestServer()

  const findings = await look(settingsOf({ data: server.dataDir, port: Number(new URL(server.url).port) }))

  expect(findings).toMatchObject({ port: expect.stringContaining(`(process ${process.pid}) works on the data folder`), 'event database': expect.stringMatching(/^ok: the server has it open/) })
})

test('each thing that is wrong is told', async () => {
  const data = await useFolder()
  mkdirSync(join(data, 'journal'), { recursive: true })
  const segment = join(data, 'journal', readdirSync(join(data, 'journal')).find((name) => name.endsWith('.ndjson')) ?? '')
  const bytes = readFileSync(segment)
  bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1
  writeFileSync(segment, bytes)
  chmodSync(data, 0o755)
  const registry = new DatabaseSync(join(data, 'registry.sqlite'))
  registry.exec('PRAGMA user_version = 9999')
  registry.close()
  utimesSync(join(data, 'key-pepper'), new Date(), new Date(Date.now() + 3_600_000))
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await once(taken, 'listening')

  const findings = await look(settingsOf({ data, role: 'api', port: (taken.address() as AddressInfo).port, minFreeBytes: 2 ** 60 }), undefined, '22.18.0')

  expect(findings).toMatchObject({
    Node: expect.stringMatching(/^fail: 22\.18\.0 is too old/),
    settings: expect.stringMatching(/^fail: --role/),
    'data folder': expect.stringMatching(/^warn: other users of this machine may look into/),
    disk: expect.stringMatching(/^fail: \d+ MiB are free/),
    clock: expect.stringMatching(/^fail: it is .* here, and files in .* are from/),
    journal: expect.stringMatching(/^fail: batches are damaged in \d{12}\.ndjson/),
    registry: expect.stringMatching(/^fail: .* has schema version 9999/),
    port: expect.stringMatching(/^fail: something listens on/),
  })
})

test('a damaged event database and a missing secret are told', async () => {
  const data = await useFolder()
  writeFileSync(join(data, 'events.duckdb'), 'not a database')
  rmSync(join(data, 'key-pepper'))

  expect(await look(settingsOf({ data }))).toMatchObject({ 'event database': expect.stringMatching(/^fail/), 'key pepper': expect.stringMatching(/^fail: .* is missing/) })
  expect(readdirSync(data)).not.toContain('key-pepper')
})

test('batches that were set aside, and a disk that the journal could fill, are warned of', async () => {
  const data = await useFolder()
  appendFileSync(join(data, 'journal', '000000000001.ndjson.refused'), 'x')

  const findings = await look(settingsOf({ data, journalMaxBytes: 2 ** 60 }))

  expect(findings).toMatchObject({ journal: expect.stringMatching(/^warn: 1 files/), disk: expect.stringMatching(/^warn: /) })
})

test('databases that do not answer are told without their passwords', async () => {
  const findings = await look(settingsOf({ data: makeFolder(), databaseUrl: 'postgres://u:hunter2@127.0.0.1:1/d', clickhouseUrl: 'http://u:hunter2@127.0.0.1:1' }))

  expect(findings).toMatchObject({ registry: expect.stringMatching(/^fail/), 'event database': expect.stringMatching(/^fail/) })
  expect(JSON.stringify(findings)).not.toContain('hunter2')
})

test('a mail server is logged in at, and sent nothing', async () => {
  const smtp = await startSmtp()
  const mail = (smtpUrl: string) => ({ mail: { smtpUrl, from: 'a@b', publicUrl: 'https://h' } })
  const data = makeFolder()

  expect(await look(settingsOf({ data, ...mail(smtp.url) }))).toMatchObject({ 'mail server': expect.stringMatching(/^ok/) })
  expect(await look(settingsOf({ data, ...mail('smtp://u:hunter2@127.0.0.1:1') }))).toMatchObject({ 'mail server': expect.stringMatching(/^fail(?!.*hunter2)/) })
  expect(smtp.mails).toEqual([])
})

test.skipIf(spawnSync('openssl', ['version']).error !== undefined)('a certificate is held against its key and the clock (skipped without openssl)', async () => {
  const folder = makeFolder()
  const tls = { certPath: join(folder, 'cert.pem'), keyPath: join(folder, 'key.pem') }
  const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=127.0.0.1 -out ${tls.certPath} -keyout ${tls.keyPath}`
  expect(spawnSync('openssl', request.split(' ')).status).toBe(0)
  const inDays = (days: number) => () => Date.now() + days * 86_400_000
  const certificate = async (now?: () => number) => (await look(settingsOf({ data: join(folder, 'data'), tls }), now))['certificate']

  expect(await certificate()).toMatch(/^ok/)
  expect(await certificate(inDays(20))).toMatch(/^warn: .* renew it/)
  expect(await certificate(inDays(31))).toMatch(/^fail: .* was valid until/)
  expect(await certificate(inDays(-1))).toMatch(/^fail: .* is in the future/)
  writeFileSync(tls.keyPath, 'no key')
  expect(await certificate()).toMatch(/^fail/)
})

test('a file that a setting names is read, and a secret that all may read is warned of', async () => {
  const folder = makeFolder()
  const metricsTokenPath = join(folder, 'token')
  writeFileSync(metricsTokenPath, 'x'.repeat(32), { mode: 0o644 })

  expect(await look(settingsOf({ data: folder, metricsTokenPath, countryDatabase: join(folder, 'none.mmdb') }))).toMatchObject({
    'metrics token': expect.stringMatching(/^warn: all users of this machine may read/),
    'country database': expect.stringMatching(/^fail: ENOENT/),
  })
})
