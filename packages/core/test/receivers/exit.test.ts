import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Options } from '../../src/options.ts'
import { hasOpenssl, makeCertificate } from '../certificates.ts'
import { startProxy } from './connect-proxy.ts'
import { RECEIPT, closedUrl, startServer, startTcpServer, type Answering, type TestServer } from './server.ts'
import { startSynBlackHole } from './syn-black-hole.ts'

// Each test runs an app in a process of its own, on the sources, and looks at how that process ends. To start one takes
// seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const source = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)

/** What the SDK finds as `undici` is named by the environment. */
const HOOK = `
  import { registerHooks } from 'node:module'
  registerHooks({ resolve: (name, context, next) => next(name === 'undici' ? process.env.UNDICI : name, context) })
  process.on('unhandledRejection', () => { process.exitCode = 70 })`

/** An app that has recorded one exchange with each of its recorders. */
const APP = `${HOOK}
  import { createServer } from 'node:http'
  const { createRecorder } = await import(${source('index.ts')})
  const recorders = JSON.parse(process.env.OPTIONS).map((options, at) =>
    createRecorder({ framework: 'node', sdk: 'test/1', apiKey: 'key-' + at, options: { onError: () => {}, flushIntervalMs: 60_000, ...options } }))
  const server = createServer((request, response) => {
    for (const recorder of recorders) recorder.observe({ request, response, source: request, url: request.url, route: () => null })
    response.end('ok')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const visit = async () => (await fetch('http://127.0.0.1:' + server.address().port)).text()
  const flush = () => Promise.all(recorders.map((recorder) => recorder.flush()))
  const closeApp = () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)))
  await visit()
`

/** Prints at the exit how long the process has lived since here. */
const TELL_LEFT = 'const doneMs = performance.now(); process.on("exit", () => console.log(performance.now() - doneMs))'

interface Ended {
  readonly code: number | null
  readonly lines: readonly string[]
  /** What `TELL_LEFT` has printed. */
  readonly leftMs: number
}

function run(program: string, undici: string, options: readonly Options[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=@wayside/source', '--input-type=module', '--no-warnings', '--eval', program], {
    env: { ...process.env, OPTIONS: JSON.stringify(options), UNDICI: pathToFileURL(undici).href, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (chunk) => void (output += String(chunk)))
  return new Promise((resolve) =>
    child.on('close', (code) => {
      const lines = output.trim().split('\n')
      resolve({ code, lines, leftMs: Number(lines.at(-1)) })
    }),
  )
}

interface Routes {
  readonly servers: readonly TestServer[]
  readonly options: readonly Options[]
}

/** A receiver for each way to one: plain, forwarded by a proxy, and where certificates can be made TLS, and TLS through CONNECT. */
async function startRoutes(answering: Answering): Promise<Routes> {
  const servers = [await startServer(answering), await startServer(answering)]
  const options: Options[] = servers.map(({ url }) => ({ serverUrl: url }))
  if (hasOpenssl) {
    const ca = makeCertificate()
    const certificate = makeCertificate({ issuer: ca })
    for (let at = 0; at < 2; at++) {
      const server = await startServer(answering, certificate)
      servers.push(server)
      options.push({ receivers: [{ receivers: [server.url], tls: { ca: ca.cert } }] })
    }
  }
  const proxy = (await startProxy()).url
  return { servers, options: options.map((given, at) => (at % 2 === 0 ? given : { ...given, proxy })) }
}

/** The first batch of each receiver is acknowledged; the next one is never answered. */
function answerOnce(): Answering {
  const asked = new Set<number | undefined>()
  return (response, { socket: { localPort } }) => {
    if (!asked.has(localPort)) response.end(RECEIPT)
    asked.add(localPort)
  }
}

/** Answers when all receivers have so many requests. */
async function startTeller(servers: readonly TestServer[], requestsEach: number): Promise<string> {
  const wait = (then: () => void) => (servers.every(({ requests }) => requests.length >= requestsEach) ? then() : void setImmediate(wait, then))
  return (await startServer((response) => wait(() => response.end()))).url
}

const require = createRequire(import.meta.url)
const VERSIONS = [
  ['the newest undici', require.resolve('undici')],
  ['undici 7.30.0', require.resolve('undici730')],
] as const

describe.each(VERSIONS)('with %s', (_, undici) => {
  test('row 2: requests under way do not keep the process alive', async () => {
    const { servers, options } = await startRoutes(answerOnce())
    // On a connection that was idle in between: undici refs it with the request.
    const haveTwo = await startTeller(servers, 2)
    const program = `${APP}; await flush(); await visit(); for (const recorder of recorders) void recorder.flush({ timeoutMs: 1 })
      await (await fetch('${haveTwo}')).text(); await closeApp(); ${TELL_LEFT}`
    const { code, leftMs } = await run(program, undici, options)
    expect(code).toBe(0)
    expect(leftMs).toBeLessThan(1_500)
    expect(servers.map(({ connections }) => connections)).toEqual(servers.map(() => 1))
  })

  test('row 22: at the exit what waits leaves with the connections that are open, plain, with TLS and through proxies', async () => {
    const { servers, options } = await startRoutes('receipt')
    const { code } = await run(`${APP}; await flush(); await visit(); await new Promise(setImmediate); process.exit(5)`, undici, options)
    expect(code).toBe(5)
    await vi.waitFor(() => expect(servers.map(({ requests }) => requests.length)).toEqual(servers.map(() => 2)))
    expect(servers.map(({ connections, requests }) => [connections, ...requests.map(({ headers }) => headers['x-wayside-batch']?.slice(32))])).toEqual(servers.map(() => [1, ':0:1', ':1:1']))
  })

  test('row 23b: a flush is the only live thing: it settles, and the process ends', async () => {
    const { servers, options } = await startRoutes('receipt')
    const program = `${APP}; await closeApp(); console.log(JSON.stringify(await flush())); ${TELL_LEFT}`
    const { code, lines, leftMs } = await run(program, undici, options)
    expect(code).toBe(0)
    expect(JSON.parse(lines[0] ?? '')).toEqual(servers.map(() => expect.objectContaining({ delivered: 1, pending: 0 })))
    expect(leftMs).toBeLessThan(1_500)
  })

  test('row 23b: a flush that fails is the only live thing: it settles within its time, and the process ends', async () => {
    const program = `${APP}; await closeApp(); console.log(JSON.stringify(await recorders[0].flush({ timeoutMs: 500 }))); ${TELL_LEFT}`
    const { code, lines, leftMs } = await run(program, undici, [{ receivers: `${await closedUrl()} | ${await closedUrl()}` }])
    expect(code).toBe(0)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ delivered: 0, pending: 1 })
    expect(leftMs).toBeLessThan(1_500)
  })

  test('row 3: a connection that never opens does not keep the process alive', async () => {
    const { code, leftMs } = await run(`${APP}; await closeApp(); void recorders[0].flush({ timeoutMs: 1 }); ${TELL_LEFT}`, undici, [{ serverUrl: await startSynBlackHole() }])
    expect(code).toBe(0)
    // The process makes a last attempt of a second.
    expect(leftMs).toBeLessThan(2_500)
  })

  test('row 2: a receiver that does not read does not keep the process alive', async () => {
    const { url } = await startTcpServer((socket) => socket.pause())
    const program = `${HOOK}
      const { createTransport } = await import(${source('receivers/transport.ts')})
      const { lookup } = await import('node:dns')
      const receiver = { url: new URL('${url}'), apiKey: 'key', weight: 1, secureContext: null, proxy: null, allowCleartext: false }
      const transport = createTransport(receiver, { receivers: 1, requestTimeoutMs: 10_000, now: Date.now, lookup })
      void transport.send({ id: 'p:0:1', body: Buffer.alloc(64_000_000), gzipped: false }, [], new AbortController().signal); ${TELL_LEFT}`
    const { code, leftMs } = await run(program, undici, [])
    expect(code).toBe(0)
    expect(leftMs).toBeLessThan(1_500)
  })
})
