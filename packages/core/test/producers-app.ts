// Processes and threads of one app, each with a recorder of its own. Arguments: `cluster`, `threads` or `crashes`, how
// many, and Wayside's options as JSON.
import cluster from 'node:cluster'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import process from 'node:process'
import { Worker, isMainThread, workerData } from 'node:worker_threads'
import { createRecorder, type Options } from '../src/index.ts'

interface Setup {
  readonly kind: string
  readonly count: number
  readonly options: Options<IncomingMessage>
}

/** Requests that each of them answers. */
const REQUESTS = 5

if (!isMainThread) await work(workerData)
else if (cluster.isWorker) await work(readSetup())
else await lead(readSetup())

function readSetup(): Setup {
  const [kind = '', count = '0', json = '{}'] = process.argv.slice(2)
  return { kind, count: Number(count), options: JSON.parse(json) }
}

async function lead(setup: Setup): Promise<void> {
  if (setup.kind === 'threads') {
    const threads = Array.from({ length: setup.count }, () => new Worker(new URL(import.meta.url), { workerData: setup }))
    await Promise.all(threads.map((thread) => once(thread, 'exit')))
  } else if (setup.kind === 'cluster') {
    for (let at = 0; at < setup.count; at++) cluster.fork()
  } else {
    // One after the other: each crashes and is replaced, as process managers do.
    for (let at = 0; at < setup.count; at++) await once(cluster.fork(), 'exit')
  }
}

async function work({ kind, options }: Setup): Promise<void> {
  const recorder = createRecorder<IncomingMessage>({ framework: 'node', sdk: 'test/1', apiKey: 'key', options: { ...options, onError: () => undefined } })
  const server = createServer((request, response) => {
    recorder.observe({ request, response, source: request, url: request.url ?? '/', route: () => null })
    response.end('ok')
  })
  // Not shared among the cluster's workers, so that each gets its own requests.
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, resolve))
  const { port } = server.address() as AddressInfo
  for (let at = 0; at < REQUESTS; at++) await (await fetch(`http://127.0.0.1:${port}/`)).text()
  while (recorder.stats().captured < REQUESTS) await new Promise((resolve) => setImmediate(resolve))
  server.closeAllConnections()
  server.close()
  if (kind === 'crashes') setTimeout(crash, 300)
  else cluster.worker?.disconnect()
}

function crash(): never {
  throw new Error('the app fails')
}
