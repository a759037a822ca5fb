import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createRegisteredClients } from '../people/registered-clients.ts'
import { openTables } from '../registry/open-registry.ts'
import { openBrowser, PASSWORD } from '../testing/browser.ts'
import { startTestServer } from '../testing/start-test-server.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

async function wayside(dataDir: string, ...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '--conditions=@wayside/source', MAIN, ...words], {
    env: { PATH: process.env['PATH'], WAYSIDE_DATA: dataDir },
  })
  return stdout
}

test('an operator lets somebody in who then logs in, and keeps them out again', async () => {
  const server = await startTestServer()
  const browser = openBrowser(server)

  const link = await wayside(server.dataDir, 'people', 'invite', 'ada@example.org', '--role', 'owner')
  await browser.call('POST', '/api/v1/password', { token: link.trim().split('#')[1], password: PASSWORD })
  const { status } = await browser.call('POST', '/api/v1/login', { email: 'ada@example.org', password: PASSWORD })
  const list = await wayside(server.dataDir, 'people', 'list')

  expect([link, status]).toEqual([expect.stringMatching(/^\/welcome#[\w-]{43}\n$/), 200])
  expect(list).toMatch(/ada@example\.org +owner +password +20/)
  await expect(wayside(server.dataDir, 'people', 'remove', 'ada@example.org')).rejects.toThrow('is the last owner')
  await wayside(server.dataDir, 'people', 'invite', 'ben@example.org', '--role', 'owner')
  await wayside(server.dataDir, 'people', 'remove', 'ada@example.org')
  expect((await browser.call('GET', '/api/v1/me')).status).toBe(401)
})

test('another link is for those that there are, and says how to find them', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))

  await expect(wayside(dataDir, 'people', 'link', 'ada@example.org')).rejects.toThrow('wayside people list')
  await expect(wayside(dataDir, 'people', 'invite', 'ada', '--role', 'owner')).rejects.toThrow('must be one such as')
  await expect(wayside(dataDir, 'people', 'invite', 'ada@example.org', '--role', 'king')).rejects.toThrow('--role must be one of')
  await wayside(dataDir, 'people', 'invite', 'ada@example.org')
  expect(await wayside(dataDir, 'people', 'link', 'ada@example.org', '--codes-off')).toMatch(/^\/welcome#/)
})

test('what was registered with providers is forgotten', async () => {
  const server = await startTestServer()
  const { database } = await openTables({ data: server.dataDir })
  onTestFinished(() => database.close())
  const clients = createRegisteredClients(database, Date.now)
  await clients.keep('https://id.example.org', 'https://stats.example.org', { clientId: 'one', clientSecret: null, secretExpiresAt: null })

  await wayside(server.dataDir, 'people', 'forget-client')

  expect(await clients.find('https://id.example.org', 'https://stats.example.org')).toBe(null)
})
