import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { readSettings } from '../src/config/config.ts'
import { PASSWORD } from '../src/testing/browser.ts'
import { sampleBatch } from '../src/testing/sample-batch.ts'
import { sampleEvents } from '../src/testing/sample.ts'
import { startTestServer, type TestServer } from '../src/testing/start-test-server.ts'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
/** Commands that go on until they are stopped. */
const STARTS_A_SERVER = /(^| )wayside($| serve )/

/** What a guide shows in blocks of a language. */
function blocksOf(guide: string, language: string): readonly string[] {
  const text = readFileSync(new URL(`../../../docs/guide/${guide}`, import.meta.url), 'utf8')
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, code = '']) => code)
}

/** The commands of a guide, each on one line. */
function commandsOf(guide: string): readonly string[] {
  return blocksOf(guide, 'sh').flatMap((block) => block.replaceAll('\\\n', ' ').trim().split('\n').map((line) => line.trim()))
}

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wayside-guide-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A shell in which `wayside` is the command, and `curl` fails when the answer is no success. */
function createShell(server: TestServer, variables: Readonly<Record<string, string>> = {}) {
  const folder = makeFolder()
  const program = (name: string, command: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec ${command} "$@"\n`)
    chmodSync(join(folder, name), 0o755)
  }
  program('wayside', `'${process.execPath}' --no-warnings --conditions=@wayside/source '${MAIN}'`)
  program('curl', '/usr/bin/curl --silent --show-error --fail-with-body')
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, WAYSIDE_DATA: server.dataDir, WAYSIDE_URL: server.url, ...variables }
  return {
    folder,
    async run(command: string) {
      const { stdout } = await promisify(execFile)('sh', ['-eu', '-c', command.replaceAll('http://127.0.0.1:4270', server.url)], { env })
      return stdout
    },
    /** Starts a server on a folder of its own, and stops it once it has said where it is. */
    async start(command: string) {
      const child = spawn('sh', ['-eu', '-c', command], { env: { ...env, WAYSIDE_DATA: makeFolder(), WAYSIDE_PORT: '0' }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
      const errors: Buffer[] = []
      child.stderr.on('data', (data: Buffer) => errors.push(data))
      const closed = once(child, 'close')
      const said = (await Promise.race([once(child.stdout, 'data'), closed.then(() => [Buffer.concat(errors)])])) as readonly unknown[]
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
      await closed
      return String(said[0])
    },
  }
}

test('every command of the page about operating runs as it stands there, beside a server, and what it restores answers', async () => {
  const server = await startTestServer()
  const read = await server.key('read')
  await server.deliver(sampleBatch(sampleEvents(12).map((event) => ({ ...event, time: Date.now() }))), await server.key('ingest'))
  const { folder, run } = createShell(server)

  const blocks = blocksOf('operating.md', 'sh')
  expect(blocks).toHaveLength(4)
  for (const block of blocks) {
    await run(block.replaceAll('/var/lib/wayside-restored', join(folder, 'restored')).replaceAll('/var/lib/wayside', server.dataDir).replaceAll('/backups', join(folder, 'backups')))
  }

  await server.stop()
  const restored = await startTestServer({ data: join(folder, 'restored') })
  await restored.drain()
  expect(await (await restored.get('/api/v1/overview', read)).json()).toMatchObject({ totals: { requests: 12 } })
})

test('the configuration file of the page about the server has a meaning', () => {
  const [block = ''] = blocksOf('server.md', 'ini')
  const config = join(makeFolder(), 'wayside.conf')
  writeFileSync(config, block)

  expect(readSettings({ config }, {})).toMatchObject({ data: '/var/lib/wayside', host: '::', trustProxy: ['127.0.0.1'], mail: { publicUrl: 'https://wayside.example.com' } })
})

test('every command of the page about security runs as it stands there, and does what it says', async () => {
  const server = await startTestServer()
  const old = await server.key('ingest')
  const { run, start } = createShell(server)
  const oldId = /way_ing_\w+/.exec(await run('wayside keys list'))?.[0] ?? ''

  const commands = commandsOf('security.md')
  expect(commands).toHaveLength(11)
  const said: string[] = []
  for (const command of commands) {
    const line = command.replaceAll('/var/lib/wayside', server.dataDir).replaceAll('way_ing_OLD', oldId)
    said.push(STARTS_A_SERVER.test(line) ? await start(line) : await run(line))
  }

  expect(said.join('\n')).toMatch(/content-security-policy: default-src 'none'/)
  expect(said.filter((text) => text.includes('http://'))).toHaveLength(2)
  expect(await run('wayside keys list')).toMatch(new RegExp(`${oldId} .*revoked`))
  expect(old).toContain(oldId)
})

test('every command of the page about people runs as it stands there', async () => {
  const server = await startTestServer()
  const { folder, run, start } = createShell(server)
  writeFileSync(join(folder, 'secret'), PASSWORD)
  await run('wayside people invite ben@example.org')

  const commands = commandsOf('people.md')
  expect(commands).toHaveLength(7)
  for (const command of commands) {
    const line = command.replace(/\/run\/secrets\/\w+/, join(folder, 'secret'))
    if (STARTS_A_SERVER.test(line)) expect(await start(line)).toContain('http://127.0.0.1:')
    else await run(line)
  }

  const list = await run('wayside people list')
  expect(list).toMatch(/ada@example\.org +owner/)
  expect(list).not.toContain('ben@example.org')
})

test('every request of the page about alerting is answered', async () => {
  const server = await startTestServer()
  const { run } = createShell(server, { KEY: await server.key('admin') })

  const commands = commandsOf('alerting.md')
  expect(commands).toHaveLength(3)
  for (const command of commands) expect(JSON.parse(await run(command))).toBeTypeOf('object')
})

test('every command of the page about privacy runs as it stands there', async () => {
  const server = await startTestServer()
  const key = await server.key('admin')
  const { run } = createShell(server, { KEY: key, WAYSIDE_ADMIN_KEY: key })

  const commands = commandsOf('privacy.md')
  expect(commands).toHaveLength(7)
  for (const command of commands) expect(await run(command)).toMatch(/^Removed |^\{|shop .* 30 +400/)
})

test('every command of the page about monitors runs as it stands there, and its status page is there', async () => {
  const server = await startTestServer()
  const { run } = createShell(server, { WAYSIDE_ADMIN_KEY: await server.key('admin') })

  const commands = commandsOf('monitors.md')
  expect(commands).toHaveLength(7)
  const [monitor = ''] = (await run(commands[0] ?? '')).split('\n')
  for (const command of commands.slice(1)) await run(command.replaceAll('"ID"', JSON.stringify(monitor)))

  expect((await server.get('/status/shop')).status).toBe(200)
})

test('the commands of the page about moving make a key, bring a dump and read it back', async () => {
  const server = await startTestServer()
  const { folder, run } = createShell(server)
  const old = '6c2a8c1e-5b1d-4a51-9b4e-3f6a2f6f2d11'
  const at = new Date(Date.now() - 86_400_000).toISOString().replace('T', ' ').replace('Z', '+00')
  writeFileSync(join(folder, 'dump.sql'), `COPY public.requests (request_id, api_key, method, created_at, path, status, response_time) FROM stdin;\n1\t${old}\t0\t${at}\t/users/42\t200\t12\n\\.\n`)

  const [read = '', createProject = '', createKey = '', ...bring] = commandsOf('api-analytics.md')
  await run(createProject)
  const key = (await run(createKey)).trim()
  // A database and the service of others are not at hand: the dump stands for what pg_dump writes.
  const [fromDump = ''] = bring.filter((command) => command.includes('--from dump.sql'))
  await run(fromDump.replace('way_ing_...', key).replace('dump.sql', join(folder, 'dump.sql')).replace('UUID', old))
  await server.drain()

  expect(bring).toHaveLength(3)
  expect(JSON.parse(await run(`KEY=${key}\n${read.replace('page=3&dateFrom=2026-01-01', 'page=1')}`))).toMatchObject([{ path: '/users/42', status: 200 }])
})
