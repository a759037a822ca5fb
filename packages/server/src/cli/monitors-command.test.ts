import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { startTestServer } from '../testing/start-test-server.ts'
import { startTarget } from '../testing/toggled-target.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

async function wayside(dataDir: string, words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '--conditions=@wayside/source', MAIN, ...words], {
    env: { PATH: process.env['PATH'], WAYSIDE_DATA: dataDir },
  })
  return stdout
}

test('an operator has an address checked by the server that runs, sees how it does, and stops it', async () => {
  const server = await startTestServer({ privateTargets: ['127.0.0.1'] })
  await server.key('admin')
  const target = await startTarget()
  const ask = (...words: string[]) => wayside(server.dataDir, ['monitors', ...words, '--project', 'shop'])

  expect(await ask('add', target.url, '--name', 'Home', '--every', '20', '--contains', 'well')).toMatch(/^[\da-f-]{36}\n$/)
  await vi.waitFor(async () => expect(await ask('list')).toMatch(/Home +up +100\.00 % +20.*127\.0\.0\.1/), { timeout: 30_000, interval: 500 })
  await ask('pause', 'Home')
  expect(await ask('list')).toMatch(/Home +paused/)
  await ask('resume', 'Home')
  await ask('remove', 'Home')
  expect(await ask('list')).not.toContain('Home')

  await expect(ask('remove', 'Home')).rejects.toThrow('there is none named')
  await expect(ask('add', 'ftp://example.org/')).rejects.toThrow('The URL must be')
  await expect(ask('add', 'https://example.org/', '--every', '10')).rejects.toThrow('--every must be a number from 20')
})
