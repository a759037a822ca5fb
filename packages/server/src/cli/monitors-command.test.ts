import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { startTestServer } from '../testing/start-test-server.ts'
import { startTarget } from '../testing/toggled-target.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const GUIDE = fileURLToPath(new URL('../../../../docs/guide/monitors.md', import.meta.url))

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

test('each command of the guide runs as it stands there', async () => {
  const server = await startTestServer()
  await server.key('admin')
  const blocks = [...readFileSync(GUIDE, 'utf8').matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'))
  expect(blocks.length).toBeGreaterThan(3)

  for (const line of blocks) {
    // Words of a shell: single quotes hold them together.
    const [program, ...words] = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
    expect(program).toBe('wayside')
    await wayside(server.dataDir, words)
  }
})
