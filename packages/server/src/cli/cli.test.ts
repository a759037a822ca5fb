import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createAuditLog } from '../people/audit-log.ts'
import { openTables } from '../registry/open-registry.ts'
import { sampleBatch } from '../testing/sample-batch.ts'
import { sampleEvent } from '../testing/sample.ts'

// Each test starts processes, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const FROM_SOURCES = ['--no-warnings', '--conditions=@wayside/source', MAIN]

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'wayside-'))
  return () => rmSync(dataDir, { recursive: true, force: true })
})

type Child = ChildProcessByStdio<null, Readable, Readable>

function start(...words: string[]): Child {
  const child = spawn(process.execPath, [...FROM_SOURCES, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], WAYSIDE_DATA: dataDir },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function run(
  ...words: string[]
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = start(...words)
  const [out, err, [code]] = await Promise.all([readAll(child.stdout), readAll(child.stderr), once(child, 'close')])
  return { code: typeof code === 'number' ? code : null, out, err }
}

async function readAll(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return text
}

/** A server and the first line that it prints. */
async function serve(...words: string[]): Promise<{ readonly child: Child; readonly url: string }> {
  const child = start('serve', '--port', '0', ...words)
  child.stderr.resume()
  const [line] = await once(createInterface(child.stdout), 'line')
  return { child, url: String(line) }
}

describe('wayside serve', () => {
  test('prints its address, answers, and on SIGTERM ends with what it took in the store', async () => {
    const { child, url } = await serve()
    const key: unknown = await (await fetch(`${url}/api/generate`, { method: 'POST' })).json()
    const headers = { authorization: `Bearer ${String(key)}` }
    await fetch(`${url}/api/v1/events`, {
      method: 'POST',
      headers,
      body: JSON.stringify(sampleBatch([sampleEvent({ time: Date.now() })])),
    })

    child.kill('SIGTERM')
    const [code] = await once(child, 'exit')
    const again = await serve()
    const listed = await fetch(`${again.url}/api/v1/requests`, { headers })

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(code).toBe(0)
    expect(await listed.json()).toMatchObject({ requests: [{ path: '/users/42' }] })
  })

  test('ends although a client keeps its connection', async () => {
    const { child, url } = await serve()
    await (await fetch(`${url}/healthz`)).text()

    child.kill('SIGINT')
    const [code] = await once(child, 'exit')

    expect(code).toBe(0)
  })

  test('on a folder that another server uses says so in one line', async () => {
    await serve()

    const { code, out, err } = await run('serve', '--port', '0')

    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^wayside: .* is in use by another wayside server .*--data\n$/)
  })

  test('on a port that is taken says so in one line', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void taken.close())
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' ? String(address?.port) : ''

    const { code, err } = await run('serve', '--port', port)

    expect(code).toBe(1)
    expect(err).toMatch(new RegExp(`^wayside: --port \\(WAYSIDE_PORT\\) must be free, got ${port}: .*\\n$`))
  })

  test('with a data folder that cannot be one says so in one line', async () => {
    const file = join(dataDir, 'file')
    writeFileSync(file, '')

    const { code, err } = await run('serve', '--port', '0', '--data', join(file, 'below'))

    expect(code).toBe(1)
    expect(err).toMatch(/^wayside: --data \(WAYSIDE_DATA\) must name a folder that this user can write, got ".*\n$/)
  })

  test('with a PostgreSQL server that does not answer says so in one line, without the password', async () => {
    const { code, err } = await run('serve', '--port', '0', '--database-url', 'postgres://wayside:secret@127.0.0.1:1/wayside')

    expect([code, err]).toEqual([
      1,
      'wayside: --database-url (WAYSIDE_DATABASE_URL) must name a PostgreSQL database that can be reached, got postgres://wayside@127.0.0.1:1/wayside: nothing listens there: check host and port, and that the server runs\n',
    ])
  })

  test('answers under its base path', async () => {
    const { url } = await serve('--base-path', '/analytics')

    expect(url).toMatch(/\/analytics$/)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect((await fetch(`${url.replace('/analytics', '')}/healthz`)).status).toBe(404)
  })
})

describe('wayside query and wayside top', () => {
  /** A server with three requests, and commands that ask it. */
  async function serveRequests() {
    const { url } = await serve()
    const key = String(await (await fetch(`${url}/api/generate`, { method: 'POST' })).json())
    const event = (seq: number, over: Parameters<typeof sampleEvent>[0] = {}) => sampleEvent({ seq, time: Date.now() - 1_000, durationUs: 41_000, ...over })
    const batch = sampleBatch([event(0), event(1), event(2, { method: 'POST', route: '/\u001b[31morders', status: 500 })])
    const send = () => fetch(`${url}/api/v1/events`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify(batch) })
    // On a busy machine a server asks senders to wait.
    await vi.waitFor(async () => expect((await send()).status).toBe(200), { timeout: 30_000, interval: 200 })
    const ask = (...words: string[]) => run(...words, '--url', url, '--key', key)
    await vi.waitFor(async () => expect(JSON.parse((await ask('query', 'requests', '--json')).out)).toMatchObject({ rows: [[3]] }), { timeout: 30_000, interval: 200 })
    return { url, key, ask }
  }

  test('answer as a table, JSON and CSV, and steer no terminal', async () => {
    const { ask } = await serveRequests()

    const table = await ask('query', 'requests', 'errorRate', 'p95', '--by', 'endpoint', '--range', '1h', '--trend')
    const json = await ask('query', '--by', 'status', '--json')
    const csv = await ask('query', 'requests', '--by', 'method', '--csv', '--all', '--limit', '1')
    const top = await ask('top', '--sort', 'errors', '--where', 'status>=500')

    expect(table.out.split('\n')).toEqual([
      'endpoint           requests  errorRate      p95  requests over time',
      expect.stringMatching(/^GET \/users\/:id            2     0\.00 %  4[01]\.\d ms +█ ?$/),
      expect.stringMatching(/^POST \/·\[31morders         1   100\.00 %  4[01]\.\d ms +█ ?$/),
      '',
    ])
    expect(JSON.parse(json.out)).toMatchObject({ columns: [{ key: 'status' }, { key: 'requests' }, { key: 'errorRate' }, { key: 'p95' }], nextCursor: null })
    expect(csv.out).toBe('method,requests\r\nGET,2\r\nPOST,1\r\n')
    expect(top.out).toMatch(/^endpoint +errors +requests +errorRate +p95 +errors over time\nPOST .*\nall +1 +1 /)
  }, 180_000)

  test('do what the guide shows', async () => {
    const { url, key } = await serveRequests()
    const guide = readFileSync(new URL('../../../../docs/guide/command-line.md', import.meta.url), 'utf8')
    const examples = [...guide.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, text = '']) => text.trim().split('\n'))
    const wayside = [process.execPath, ...FROM_SOURCES].map((word) => `'${word}'`).join(' ')
    const env = { PATH: process.env['PATH'], WAYSIDE_URL: url, WAYSIDE_READ_KEY: key }

    expect(examples).toHaveLength(11)
    for (const example of examples) {
      const { stderr } = await promisify(execFile)('sh', ['-ec', `wayside() { ${wayside} "$@"; }\n${example}`], { cwd: dataDir, env })
      expect.soft([example, stderr]).toEqual([example, ''])
    }
    expect(readFileSync(join(dataDir, 'consumers.csv'), 'utf8')).toMatch(/^consumer,requests\r\n/)
  }, 180_000)

  test('say what is wrong in one line', async () => {
    const { url } = await serve()
    const key = String(await (await fetch(`${url}/api/generate`, { method: 'POST' })).json())
    const [misspelt, keyless] = await Promise.all([run('query', 'reqests', '--url', url, '--key', key), run('top', '--url', url)])

    expect([misspelt.code, misspelt.out, misspelt.err]).toEqual([1, '', expect.stringMatching(/^wayside: .*"reqests" is not known here\. Did you mean "requests"\?.*\n$/)])
    expect([keyless.code, keyless.out, keyless.err]).toEqual([1, '', expect.stringMatching(/^wayside: --key \(WAYSIDE_READ_KEY\) must be a key that may read, and there is none; `wayside keys create.*\n$/)])
  })

  test('a command that does not exist is named, with the nearest', async () => {
    const near = await run('qery')
    const far = await run('nonsense')

    expect([near.code, near.err]).toEqual([1, expect.stringContaining('there is no command "qery". Did you mean "query"? There are: ')])
    expect([far.code, far.err]).toEqual([1, expect.stringMatching(/^wayside: there is no command "nonsense"\. There are: .*serve.*\n$/)])
  })
})

describe('wayside keys', () => {
  test('made and revoked while the server runs count there', async () => {
    const { url } = await serve()
    await run('projects', 'create', 'shop', '--privacy-floor', '1')
    const { out, err } = await run('keys', 'create', '--kind', 'read', '--project', 'shop')
    const key = out.trim()
    const id = key.slice(0, key.lastIndexOf('_'))
    const headers = { authorization: `Bearer ${key}` }

    const before = await fetch(`${url}/api/v1/project`, { headers })
    const revoked = await run('keys', 'revoke', id)
    const listed = await run('keys', 'list', '--project', 'shop')

    expect(await before.json()).toMatchObject({ name: 'shop', privacyFloor: 1, keyKind: 'read' })
    expect(err).toContain('not shown again')
    expect(revoked.code).toBe(0)
    expect(listed.out).toMatch(new RegExp(`${id} +read +shop +.* revoked `))
    expect(listed.out).not.toContain(key)
  })

  test('settings of a project change while the server runs, those that were not named stay, and the audit log knows who did it', async () => {
    const { url } = await serve()
    await run('projects', 'create', 'shop', '--privacy-floor', '1', '--event-days', '30')
    const key = (await run('keys', 'create', '--kind', 'admin', '--project', 'shop')).out.trim()

    const { out } = await run('projects', 'set', 'shop', '--name', 'store', '--event-days', 'none', '--rollup-days', '400', '--time-zone', 'europe/berlin')

    expect(out).toMatch(/^NAME.*\nstore +\S+ +1 +Europe\/Berlin +all +400 /)
    expect(await (await fetch(`${url}/api/v1/project`, { headers: { authorization: `Bearer ${key}` } })).json()).toMatchObject({ name: 'store', privacyFloor: 1, timeZone: 'Europe/Berlin' })
    expect((await run('projects', 'list')).out).toContain(out.split('\n')[1]?.trim())
    const { database, pepper } = await openTables({ data: dataDir })
    onTestFinished(() => database.close())
    expect((await createAuditLog(database, pepper).list(10, null)).map(({ actor, action }) => [actor, action])).toEqual([
      ['operator', 'project-changed'],
      ['operator', 'key-created'],
      ['operator', 'project-created'],
    ])
  })

  test.each([
    [
      ['keys', 'create', '--kind', 'read', '--project', 'nothing'],
      '--project must be the name of a project, got "nothing"; there is none yet',
    ],
    [
      ['keys', 'create', '--kind', 'root', '--project', 'x'],
      '--kind must be one of ingest, read, admin, combined, got "root"',
    ],
    [['keys', 'revoke', 'way_ing_x'], 'the id must be that of a live key, got "way_ing_x"'],
    [['projects', 'create', 'x', '--privacy-floor', '3'], '--privacy-floor must be 0, 1 or 2, got "3"'],
    [['projects', 'create', 'x', '--time-zone', 'Mars/Phobos'], '--time-zone must be an IANA name'],
    [['projects', 'create', '\u001b[31mred'], 'printable characters'],
    [['projects', 'set', 'nothing', '--event-days', '30'], '--project must be the name of a project, got "nothing"'],
    [['projects', 'set', 'x'], 'say what is to be changed: --name'],
    [['projects', 'set', 'x', '--event-days', '0'], '--event-days must be a whole number of days from 1 to 36525, or none, got "0"'],
  ])('%j says what is wrong and ends with 1', async (words, message) => {
    const { code, err } = await run(...words)

    expect(code).toBe(1)
    expect(err).toContain(message)
  })
})
