// The main job on real requests: the server, four example apps on real sockets, and traffic.
//   npm run demo                               until Ctrl-C, with live numbers
//   npm run demo -- --rate 100                 about so many requests a second
//   npm run demo -- --once --requests 10000    a fixed number; exits 0 only when all that was observed is stored
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { build } from './build.ts'
import { type ExampleApp, startApps } from './demo/apps.ts'
import { runLive } from './demo/run-live.ts'
import { runOnce } from './demo/run-once.ts'
import { createTraffic, type Traffic } from './demo/traffic.ts'
import { type Program, startProgram } from './program.ts'

const USAGE = `Usage: npm run demo -- [--port 4270] [--data DIR] [--rate 40] [--once] [--requests 10000] [--seed 1]`

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    data: { type: 'string' },
    rate: { type: 'string', default: '40' },
    once: { type: 'boolean', default: false },
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit(0)
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())

const temporary = values.data === undefined ? mkdtempSync(join(tmpdir(), 'wayside-demo-')) : null
let server: Program | null = null
let apps: readonly ExampleApp[] = []
let traffic: Traffic | null = null
// Whatever ends this process, nothing that it started goes on.
process.on('exit', () => {
  for (const program of [server, ...apps.map((app) => app.program)]) program?.kill()
  if (temporary !== null) rmSync(temporary, { recursive: true, force: true })
})

console.log('Building what changed …')
await build()
console.log('Starting the server …')
server = await startServer(values.data ?? temporary ?? '')
const key = await makeKey(server.url)
console.log('Starting the four example apps …')
apps = await startApps(server.url, key, (framework, url) => console.log(`  ${framework.padEnd(8)} ${url}`))
traffic = createTraffic(apps.map(({ framework, program }) => ({ framework, url: program.url })), numberOf('seed', values.seed))

if (values.once) {
  const agrees = await runOnce(numberOf('requests', values.requests), apps, traffic, server.url, key)
  await endAll()
  process.exitCode = agrees ? 0 : 1
} else {
  console.log(`\n  Open ${server.url}/?period=1h#key=${key}\n\n  The apps observe more than they are sent: for a report each asks itself.\n  Ctrl-C ends everything.\n`)
  await runLive(numberOf('rate', values.rate), apps, traffic, server.url, key, stop.signal)
  console.log('\nEnding …')
  await endAll()
}
process.exit()

/** On the usual port where it is free, else on any. */
async function startServer(data: string): Promise<Program> {
  const start = (port: string) => startProgram('the server', 'node_modules/.bin/wayside', ['serve', '--data', data, '--port', port])
  if (values.port !== undefined) return start(values.port)
  return values.once ? start('0') : start('4270').catch(() => start('0'))
}

async function makeKey(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/generate`, { method: 'POST' })
  if (!answer.ok) throw new Error(`POST ${url}/api/generate answered ${answer.status}: ${await answer.text()}`)
  return String(await answer.json())
}

/** The apps first, so that they flush into a server that still runs. */
async function endAll(): Promise<void> {
  traffic?.close()
  await Promise.all(apps.map((app) => app.program.end()))
  await server?.end()
}

function numberOf(name: string, text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  console.error(`--${name} must be a whole number above 0, got ${JSON.stringify(text)}\n${USAGE}`)
  process.exit(2)
}
