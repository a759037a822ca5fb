// An app in a process of its own, observed by Wayside, that answers some requests and then ends in one of several ways.
// Arguments: how it ends, the number of requests, Wayside's options as JSON. It prints `ending` when it begins to end.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { createRecorder, type Options } from '../src/index.ts'

const [ending = '', requests = '0', json = '{}'] = process.argv.slice(2)
const options: Options<IncomingMessage> = JSON.parse(json)
const recorder = createRecorder<IncomingMessage>({ framework: 'node', sdk: 'test/1', apiKey: 'key', options: { ...options, onError: () => undefined } })
const server = createServer((request, response) => {
  recorder.observe({ request, response, source: request, url: request.url ?? '/', route: () => '/items/:id' })
  response.end('ok')
})
await listen()
for (let at = 0; at < Number(requests); at++) await visit()
// The last response has arrived before its exchange has closed.
for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
// Time to open the spool and to write a batch ahead, where that is asked for, on a busy machine.
if (options.spool !== undefined) await wait(300)

function listen(): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

async function visit(): Promise<void> {
  const { port } = server.address() as AddressInfo
  await (await fetch(`http://127.0.0.1:${port}/items/7`, { headers: { connection: 'close' } })).text()
}

/** What came so far is delivered, and then as much comes again. */
async function goOn(): Promise<void> {
  await recorder.flush()
  for (let at = 0; at < Number(requests); at++) await visit()
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const endings: Readonly<Record<string, () => unknown>> = {
  natural() {
    server.closeAllConnections()
    server.close()
  },
  'process.exit': () => process.exit(3),
  'process.exit, later': async () => {
    await goOn()
    process.exit(3)
  },
  'uncaught exception, later': async () => {
    await goOn()
    setImmediate(() => {
      throw new Error('the app fails')
    })
  },
  'uncaught exception': () =>
    setImmediate(() => {
      throw new Error('the app fails')
    }),
  'unhandled rejection': () => void Promise.reject(new Error('the app fails')),
  close: async () => {
    server.closeAllConnections()
    server.close()
    await recorder.close()
  },
  // The app gives itself more to do when it is done, and sets its exit code at the very end.
  'natural, with listeners': () => {
    server.close()
    process.once('beforeExit', async () => {
      await listen()
      await visit()
      server.close()
    })
    process.on('exit', () => void (process.exitCode = 9))
  },
  'SIGTERM beside a listener': () => {
    process.once('SIGTERM', () => setTimeout(() => process.exit(7), 500))
    process.kill(process.pid, 'SIGTERM')
  },
}
process.stdout.write('ending\n', () => {
  const end = endings[ending]
  if (end === undefined) process.kill(process.pid, ending)
  else void end()
})
