import { spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import process from 'node:process'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startReceiver } from './receiver.ts'

// Each test runs an app in a process of its own, on the sources, and looks at how that process ends. To start one takes
// seconds on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const APP = `
  import { createServer } from 'node:http'
  import { createRecorder } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
  const recorder = createRecorder({ framework: 'node', sdk: 'test/1', apiKey: 'key', options: { serverUrl: process.env.TARGET, enabled: process.env.OFF !== '1' } })
  process.on('unhandledRejection', () => { process.exitCode = 70 })
  const server = createServer((request, response) => {
    recorder.observe({ request, response, source: request, url: request.url, route: () => null })
    response.end('ok')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  for (let at = 0; at < 20; at++) await (await fetch('http://127.0.0.1:' + server.address().port)).text()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
`

/** Prints at the exit how long the process has lived since here. */
const TELL_LEFT = 'const doneMs = performance.now(); process.on("exit", () => console.log(performance.now() - doneMs))'

test('a process with nothing else to do ends while a batch waits for a receiver that hangs', async () => {
  const target = await silentServer()
  // A batch is under way when the app is done; the attempt would take ten seconds.
  const { code, output } = await run(`${APP}; void recorder.flush({ timeoutMs: 1 }); ${TELL_LEFT}`, target)
  expect(code).toBe(0)
  expect(Number(output)).toBeLessThan(2_000)
})

test('an awaited flush holds the process until it is settled', async () => {
  const receiver = await startReceiver()
  const { code, output } = await run(`${APP}; await recorder.flush(); console.log(JSON.stringify(recorder.stats()))`, receiver.url)
  expect(code).toBe(0)
  expect(JSON.parse(output)).toMatchObject({ captured: 20, delivered: 20, pending: 0, dropped: {} })
})

test('an awaited close at a dead receiver ends within its deadline, without an unhandled rejection', async () => {
  const { code, output } = await run(`${APP}; console.log(JSON.stringify(await recorder.close({ timeoutMs: 300 })))`, await closedPort())
  expect(code).toBe(0)
  expect(JSON.parse(output)).toEqual({ delivered: 0, spooled: 0, pending: 20, dropped: 0 })
})

test('turned off it opens no socket and sets no timer', async () => {
  const report = `console.log(JSON.stringify(process.getActiveResourcesInfo().filter((kind) => kind !== 'PipeWrap')))`
  const off = `
    import { createRecorder } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
    createRecorder({ framework: 'node', sdk: 'test/1', options: { enabled: false } }); ${report}`
  const { code, output } = await run(off, 'http://127.0.0.1:9')
  expect(code).toBe(0)
  const bare = await run(report, 'http://127.0.0.1:9')
  expect(output).toBe(bare.output)
})

interface Ended {
  readonly code: number | null
  readonly output: string
}

function run(source: string, target: string): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=@wayside/source', '--input-type=module-typescript', '--no-warnings', '--eval', source], {
    env: { ...process.env, TARGET: target, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', (chunk) => void (output += String(chunk)))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
}

/** Takes connections and never answers. */
async function silentServer(): Promise<string> {
  const server = createServer((socket) => void socket.on('error', () => undefined).resume())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** An address at which nobody listens any more. */
async function closedPort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}
