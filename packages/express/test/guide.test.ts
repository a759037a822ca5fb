import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { createFakeReceiver } from '@wayside/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

const PACKAGE = fileURLToPath(new URL('../', import.meta.url))
const REQUESTS = 40

test('the cluster of the page about several processes ends by a signal without losing a request', async () => {
  const receiver = await createFakeReceiver()
  onTestFinished(() => receiver.close())
  const folder = mkdtempSync(join(tmpdir(), 'wayside-guide-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [, code = ''] = /```js\n(.*?)```/s.exec(readFileSync(new URL('../../../docs/guide/clusters.md', import.meta.url), 'utf8')) ?? []
  mkdirSync(join(folder, 'node_modules/@wayside'), { recursive: true })
  symlinkSync(PACKAGE, join(folder, 'node_modules/@wayside/express'))
  symlinkSync(join(PACKAGE, 'node_modules/express'), join(folder, 'node_modules/express'))
  writeFileSync(join(folder, 'app.mjs'), code)
  const port = await findPort()

  const env = { PATH: process.env['PATH'], WAYSIDE_URL: receiver.url, WAYSIDE_API_KEY: 'key', PORT: String(port) }
  const app = spawn(process.execPath, ['--no-warnings', '--conditions=@wayside/source', join(folder, 'app.mjs')], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  onTestFinished(() => void app.kill('SIGKILL'))
  const ended = once(app, 'close')
  const ask = (id: number) => fetch(`http://127.0.0.1:${port}/users/${id}`, { headers: { connection: 'close' } }).then((answer) => answer.text())
  await vi.waitFor(() => ask(0), { timeout: 20_000, interval: 100 })
  for (let id = 1; id < REQUESTS; id++) await ask(id)
  app.kill('SIGTERM')

  expect(await ended).toEqual([0, null])
  expect(new Set(receiver.events().map(({ path }) => path)).size).toBe(REQUESTS)
  const instances = new Set(receiver.batches.map(({ batch }) => batch.head.instance))
  expect(instances.size).toBeLessThanOrEqual(availableParallelism())
  for (const instance of instances) expect(instance).toMatch(/-\d+$/)
})

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
