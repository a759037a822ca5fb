import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { makeBackup } from '../src/backup/make-backup.ts'
import { restoreBackup } from '../src/backup/restore-backup.ts'
import { DEFAULTS } from '../src/config/settings.ts'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvents } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

/** The command as somebody types it, without a terminal. */
async function erase(server: TestServer, key: string, ...words: readonly string[]): Promise<{ readonly out: string; readonly err: string }> {
  const env = { PATH: process.env['PATH'], WAYSIDE_URL: server.url, WAYSIDE_ADMIN_KEY: key }
  const failed = (error: unknown) => Object.assign({ stdout: '', stderr: '' }, error)
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--no-warnings', '--conditions=@wayside/source', MAIN, 'erase', ...words], { env }).catch(failed)
  return { out: stdout, err: stderr }
}

/** A server with events of two users, and a backup of it named `monday`. */
async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const server = await startTestServer()
  const events = sampleEvents(10).map((event, at) => ({ ...event, userId: at < 4 ? 'ada' : 'ben', time: Date.now() }))
  await server.deliver(sampleBatch(events), await server.key('ingest'))
  const key = await server.key('admin')
  const backup = join(folder, 'monday')
  await makeBackup({ settings: { ...DEFAULTS, data: server.dataDir }, to: backup, say: () => undefined })
  return { server, key, backup, folder }
}

const requestsOf = async (server: TestServer, key: string): Promise<unknown> => ((await (await server.get('/api/v1/overview', key)).json()) as { readonly totals: { readonly requests: number } }).totals.requests

test('a user is removed from everything that is stored, and the receipt names the backup that holds it still', async () => {
  const { server, key } = await setUp()

  const { out, err } = await erase(server, key, '--user-id', 'ada', '--yes')

  expect(err).toBe('')
  expect(out).toMatch(/^Removed all that names the user id "ada" of the project "shop": 4 events\.\nBackups from before hold it still.*\nBACKUP +BEGUN +MADE\nmonday /)
  expect(await requestsOf(server, key)).toBe(6)
})

test('days are removed, and the receipt is there as JSON', async () => {
  const { server, key } = await setUp()

  const { out } = await erase(server, key, '--from', '2026-01-01', '--yes', '--json')

  expect(JSON.parse(out)).toMatchObject({ events: 10, backups: [{ name: 'monday' }] })
  expect(await requestsOf(server, key)).toBe(0)
})

test('a server on a restored backup knows that backup too', async () => {
  const { server, key, backup, folder } = await setUp()
  await server.stop()
  await restoreBackup({ from: backup, data: join(folder, 'restored') })
  const restored = await startTestServer({ data: join(folder, 'restored') })

  expect((await erase(restored, key, '--user-id', 'ada', '--yes', '--json')).out).toContain('"name": "monday"')
})

test('nothing is removed unless somebody said yes, and with a key that may', async () => {
  const { server, key } = await setUp()

  expect((await erase(server, key, '--user-id', 'ada')).err).toMatch(/--yes must be given where nobody can be asked\. This removes all that names the user id "ada" of the project "shop"/)
  expect((await erase(server, key)).err).toMatch(/say what is to be removed/)
  expect((await erase(server, await server.key('read'), '--all', '--yes')).err).toMatch(/--key \(WAYSIDE_ADMIN_KEY\) must be a key that may remove data: This needs a key of kind admin or combined/)
  expect((await erase(server, '', '--all', '--yes')).err).toMatch(/`wayside keys create --kind admin --project NAME` makes one/)
  expect(await requestsOf(server, key)).toBe(10)
})
