import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createFakeReceiver } from '@wayside/testing'
import { expect, onTestFinished, test } from 'vitest'

const PACKAGE = fileURLToPath(new URL('../', import.meta.url))

/** What a platform does: it calls, takes the answer, and gives the process no time after that. */
const PLATFORM = `
import { handler } from './handler.mjs'
const call = (path) => handler({ rawPath: path, headers: { host: 'api.example.com' }, requestContext: { http: { method: 'GET' } } })
const answers = [await call('/users/1'), await call('/users/2')]
process.stdout.write(JSON.stringify(answers.map(({ statusCode, body }) => [statusCode, body])))
process.kill(process.pid, 'SIGKILL')
`

test('the function of the page about serverless has delivered each call when it returns', async () => {
  const receiver = await createFakeReceiver()
  onTestFinished(() => receiver.close())
  const folder = mkdtempSync(join(tmpdir(), 'wayside-guide-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [, code = ''] = /```js\n(.*?)```/s.exec(readFileSync(new URL('../../../docs/guide/serverless.md', import.meta.url), 'utf8')) ?? []
  mkdirSync(join(folder, 'node_modules/@wayside'), { recursive: true })
  symlinkSync(PACKAGE, join(folder, 'node_modules/@wayside/fastify'))
  symlinkSync(join(PACKAGE, 'node_modules/fastify'), join(folder, 'node_modules/fastify'))
  writeFileSync(join(folder, 'handler.mjs'), code)
  writeFileSync(join(folder, 'platform.mjs'), PLATFORM)

  const env = { PATH: process.env['PATH'], WAYSIDE_URL: receiver.url, WAYSIDE_API_KEY: 'key' }
  const ended = (await promisify(execFile)(process.execPath, ['--no-warnings', '--conditions=@wayside/source', join(folder, 'platform.mjs')], { env }).catch((error: unknown) => error)) as { readonly stdout: string }

  expect(JSON.parse(ended.stdout)).toEqual([
    [200, '{"id":"1"}'],
    [200, '{"id":"2"}'],
  ])
  expect(receiver.events().map(({ route, path, status }) => ({ route, path, status }))).toEqual([
    { route: '/users/:id', path: '/users/1', status: 200 },
    { route: '/users/:id', path: '/users/2', status: 200 },
  ])
})
