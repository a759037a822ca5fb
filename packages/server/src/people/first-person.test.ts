import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openBrowser, PASSWORD } from '../testing/browser.ts'
import { startTestServer } from '../testing/start-test-server.ts'

function passwordFile(password: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'password')
  writeFileSync(path, `${password}\n`)
  return path
}

test('the settings name the first owner, once', async () => {
  const server = await startTestServer({ adminEmail: 'Ada@example.org', adminPasswordPath: passwordFile(PASSWORD) })
  const logIn = (url: string, password: string) => openBrowser({ url }).call('POST', '/api/v1/login', { email: 'ada@example.org', password })

  expect([server.setUpUrl, (await logIn(server.url, PASSWORD)).status]).toEqual([null, 200])
  await server.stop()

  const again = await startTestServer({ data: server.dataDir, adminEmail: 'ada@example.org', adminPasswordPath: passwordFile('another long one') })
  expect([(await logIn(again.url, 'another long one')).status, (await logIn(again.url, PASSWORD)).status]).toEqual([401, 200])
})

test('a password that nobody may choose, or a file that is not there, keeps the server from starting', async () => {
  await expect(startTestServer({ adminEmail: 'ada@example.org', adminPasswordPath: passwordFile('password1234') })).rejects.toThrow('must hold a password that can be chosen')
  await expect(startTestServer({ adminEmail: 'ada@example.org', adminPasswordPath: '/nowhere/password' })).rejects.toThrow('must name a file that can be read')
  await expect(startTestServer({ adminEmail: 'ada', adminPasswordPath: passwordFile(PASSWORD) })).rejects.toThrow('must be an e-mail address')
})
